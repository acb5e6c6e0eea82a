import { hasInvalidDocument } from '../../db/documents.ts';
import { hasQuoted, insertQuote } from '../../db/quotes.ts';
import { lockOrderForQuote } from '../../db/orders.ts';
import { holdVehicleOf } from '../../db/vehicles.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { AccountId, OrderId, QuoteId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { createOnce } from '../changes/create-once.ts';
import { idempotencyHeader } from '../http/idempotency.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { ruleProblem } from '../http/validation.ts';
import { busSeats } from '../../schema/quotes.ts';
import { quotesNeedEndFrom } from '../documents/documents-policy.ts';
import { orderIdParam } from '../orders/order-schema.ts';
import type { Ports } from '../ports.ts';
import { quoteInput, quoteSchema } from './quote-schema.ts';
import type { Quote, QuoteInput } from './quote-schema.ts';
import { showQuote } from './show-quote.ts';
import type { AccountActor } from '../identity/actor.ts';
import { holdCarrier } from '../../db/affiliations.ts';
import { holdAccount } from '../../db/accounts.ts';

/**
 * Offers to drive an order, and tells its customer. Whose papers have run out, or whose carrier's, and were not renewed within a week,
 * offers nothing.
 * Problems: `operator_not_active`, `carrier_required`, `documents_expired`, `not_found`, `order_not_open`, `quote_exists`, `vehicle_not_verified`,
 * `idempotency_conflict`, `validation_failed` where the buses have too few seats, or the vehicle is neither the operator's nor its carrier's.
 */
export async function submitQuote(
  ports: Ports,
  actor: AccountActor,
  orderId: OrderId,
  input: QuoteInput,
  options: { idempotencyKey?: string | undefined } = {},
): Promise<Quote> {
  const operatorId = actor.accountId;
  const { id } = await createOnce(
    ports,
    actor,
    { key: options.idempotencyKey, request: ['submitQuote', orderId, input] },
    ports.newId<QuoteId>(),
    async (tx, record, quoteId) => {
      const carrierId = await holdContractParty(tx, actor);
      const { customerId, passengers } = await holdOpenOrder(tx, orderId, operatorId, record.at);
      const parties = carrierId === null ? [operatorId] : [operatorId, carrierId];
      if (await hasInvalidDocument(tx, parties, quotesNeedEndFrom(record.at))) throw new Problem('documents_expired');
      const seats = await seatsOf(tx, [operatorId, carrierId], input);
      if (input.buses * seats < passengers) throw ruleProblem('/buses', 'too_few_seats');
      const quote = {
        id: quoteId,
        orderId,
        operatorId,
        carrierId,
        state: 'submitted' as const,
        totalPrice: input.totalPrice,
        pricePerBus: input.pricePerBus,
        buses: input.buses,
        busType: input.busType,
        includes: input.includes,
        message: input.message,
        vehicleId: input.vehicleId,
        submittedAt: record.at,
      };
      if (!(await insertQuote(tx, quote))) throw new Problem('quote_exists');
      record.event([customerId], { event: 'quote_submitted', order: orderId, quote: quoteId });
    },
  );
  return (await showQuote(ports, actor, id)).quote;
}

/**
 * The carrier with which a contract for a driver's quote is made; null where the operator is a company, and makes it itself. Before
 * the order, as a suspension does: accounts first, so that no two wait for each other. Problem: `carrier_required`.
 */
async function holdContractParty(tx: Transaction, { accountId, role }: AccountActor): Promise<AccountId | null> {
  if (role !== 'driver') return null;
  const carrier = await holdCarrier(tx, accountId);
  if (carrier?.state !== 'active') throw new Problem('carrier_required');
  return carrier.id;
}

/**
 * Keeps an order from being selected until this transaction ends, so that no quote slips into one that is decided. Gives what it
 * is quoted for, and its customer, whose suspension takes the order off the market as well.
 */
async function holdOpenOrder(
  tx: Transaction,
  orderId: OrderId,
  operatorId: AccountId,
  now: string,
): Promise<{ customerId: AccountId; passengers: number }> {
  const order = await lockOrderForQuote(tx, orderId, now);
  if (!order) throw new Problem('not_found');
  const isOffered = order.state === 'open' && (await holdAccount(tx, order.customerId))?.state === 'active';
  if (isOffered) return order;
  // An operator knows of an order that is no longer on offer only by having quoted for it.
  if (!(await hasQuoted(tx, orderId, operatorId))) throw new Problem('not_found');
  throw new Problem('order_not_open', { state: order.state });
}

/** How many people a bus of the quote takes: of one that is named alone what was verified, else what its type takes. */
async function seatsOf(
  tx: Transaction,
  owners: readonly (AccountId | null)[],
  { vehicleId, busType, buses }: QuoteInput,
): Promise<number> {
  if (vehicleId === undefined) return busSeats[busType];
  const vehicle = await holdVehicleOf(tx, vehicleId, owners);
  if (!vehicle) throw ruleProblem('/vehicleId', 'unknown_vehicle');
  if (vehicle.state !== 'verified') throw new Problem('vehicle_not_verified', { state: vehicle.state });
  if (vehicle.busType !== busType) throw ruleProblem('/busType', 'other_bus_type');
  return buses === 1 ? vehicle.seats : busSeats[busType];
}

export const submitQuoteEndpoint = endpoint({
  name: 'submitQuote',
  access: 'activeOperator',
  // With a vehicle.
  budget: 12,
  problems: [
    'carrier_required',
    'not_found',
    'order_not_open',
    'quote_exists',
    'idempotency_conflict',
    'documents_expired',
    'vehicle_not_verified',
  ],
  method: 'post',
  path: '/v1/orders/{orderId}/quotes',
  tags: ['quotes'],
  summary: 'Quote for an open order',
  request: { params: orderIdParam, headers: idempotencyHeader, body: json(quoteInput) },
  answers: { 201: { description: 'The quote', body: quoteSchema, location: '/v1/quotes/{id}' } },
  handle: ({ ports, actor, params, headers, body }) =>
    submitQuote(ports, actor, params.orderId, body, { idempotencyKey: headers['idempotency-key'] }),
});
