import { insertOrder } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { createOnce } from '../changes/create-once.ts';
import { idempotencyHeader } from '../http/idempotency.ts';
import { json } from '../http/json-body.ts';
import { ruleProblem } from '../http/validation.ts';
import type { Ports } from '../ports.ts';
import { estimateDistanceKm } from './estimate-distance.ts';
import { orderInput, orderSchema } from './order-schema.ts';
import type { Order, OrderInput } from './order-schema.ts';
import { showOrder } from './show-order.ts';
import type { AccountActor } from '../identity/actor.ts';

const day = 24 * 3600 * 1000;

/**
 * Places an order for the customer who asks. Sent again with the same idempotency key it places nothing new. Problems:
 * `validation_failed` for times that have passed or lie too far ahead, `idempotency_conflict`.
 */
export async function placeOrder(
  ports: Ports,
  actor: AccountActor,
  input: OrderInput,
  options: { idempotencyKey?: string | undefined } = {},
): Promise<Order> {
  const { id, made } = await createOnce(
    ports,
    actor,
    { key: options.idempotencyKey, request: ['placeOrder', input] },
    ports.newId<OrderId>(),
    async (tx, record, orderId) => {
      checkTimes(input, Date.parse(record.at));
      const stops = [input.departure, ...input.stopovers, input.arrival];
      const order = {
        id: orderId,
        customerId: actor.accountId,
        state: 'open' as const,
        kind: input.kind,
        purpose: input.purpose,
        departureAt: input.departureAt,
        returnAt: input.returnAt,
        weekdays: input.weekdays,
        termEndsOn: input.termEndsOn,
        passengers: input.passengers,
        buses: input.buses,
        amenities: input.amenities,
        driverStays: input.driverStays,
        driverSchedule: input.driverSchedule,
        remarks: input.remarks,
        distanceKm: estimateDistanceKm(stops),
        placedAt: record.at,
      };
      return insertOrder(tx, order, stops, record.displayName);
    },
  );
  return made ?? showOrder(ports, actor, id);
}

function checkTimes(input: OrderInput, now: number): void {
  const departure = Date.parse(input.departureAt);
  if (departure <= now) throw ruleProblem('/departureAt', 'in_the_past');
  if (departure > now + 730 * day) throw ruleProblem('/departureAt', 'too_far_ahead');
  if (input.returnAt !== undefined && Date.parse(input.returnAt) > now + 730 * day) {
    throw ruleProblem('/returnAt', 'too_far_ahead');
  }
}

export const placeOrderEndpoint = endpoint({
  name: 'placeOrder',
  access: 'customer',
  budget: 6,
  problems: ['idempotency_conflict'],
  method: 'post',
  path: '/v1/orders',
  tags: ['orders'],
  summary: 'Post a trip',
  request: { headers: idempotencyHeader, body: json(orderInput) },
  answers: { 201: { description: 'The order, open', body: orderSchema, location: '/v1/orders/{id}' } },
  handle: ({ ports, actor, headers, body }) =>
    placeOrder(ports, actor, body, { idempotencyKey: headers['idempotency-key'] }),
});
