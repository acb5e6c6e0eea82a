import { z } from '@hono/zod-openapi';
import type { OrderId } from '../../schema/ids.ts';
import { orderAmenities, orderKinds, orderPurposes, orderStates, weekdays } from '../../schema/orders.ts';
import { distinct, line, moment, prose } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { acrossFields, report } from '../http/validation.ts';
import { checkTrip } from './trip-rules.ts';

const place = z
  .strictObject({
    name: line(60).openapi({ description: 'Short name', example: '서울역' }),
    address: line(200).openapi({ example: '서울특별시 용산구 한강대로 405' }),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
  })
  .superRefine(({ latitude, longitude }, context) => {
    if ((latitude === undefined) !== (longitude === undefined)) report(context, 'coordinates_pair', 'latitude');
  })
  .openapi('Place');

export type Place = z.infer<typeof place>;

/** What a customer sends to place an order. Times against the clock are the verb's to check. */
export const orderInput = z
  .strictObject({
    kind: z.enum(orderKinds),
    purpose: z.enum(orderPurposes),
    departure: place,
    arrival: place,
    stopovers: z.array(place).max(10).default([]),
    departureAt: moment,
    returnAt: moment.optional().openapi({ description: 'Only for a round trip, which needs it.' }),
    weekdays: distinct(weekdays).optional().openapi({ description: 'Only for a shuttle, which needs at least one.' }),
    termEndsOn: z.iso.date().optional().openapi({ description: 'Last day of a shuttle, in Asia/Seoul.' }),
    passengers: z.int().min(1).max(5000).openapi({ description: '70 a bus at most.' }),
    buses: z.int().min(1).max(100),
    amenities: distinct(orderAmenities).default([]),
    driverStays: z.boolean().default(false).openapi({ description: 'The driver stays with the group.' }),
    driverSchedule: prose(500).optional(),
    remarks: prose(1000).optional(),
  })
  .superRefine(acrossFields(checkTrip))
  .openapi('OrderInput');

export type OrderInput = z.infer<typeof orderInput>;

const shownPlace = z
  .object({
    name: z.string(),
    address: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
  })
  .openapi('ShownPlace');

/** An order as everyone who may see it sees it. Times are ISO 8601 in UTC, distances kilometres. */
export const orderSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(orderStates),
    version: z.int().openapi({ description: 'Moves with every change; the `ETag` of a single order.' }),
    customer: z.object({ id: z.uuid(), displayName: z.string() }),
    kind: z.enum(orderKinds),
    purpose: z.enum(orderPurposes),
    departure: shownPlace,
    arrival: shownPlace,
    stopovers: z.array(shownPlace),
    departureAt: z.string(),
    returnAt: z.string().nullable(),
    weekdays: z.array(z.enum(weekdays)).nullable(),
    termEndsOn: z.string().nullable(),
    passengers: z.int(),
    buses: z.int(),
    amenities: z.array(z.enum(orderAmenities)),
    driverStays: z.boolean(),
    driverSchedule: z.string().nullable(),
    remarks: z.string().nullable(),
    distanceKm: z.int().nullable().openapi({ description: 'Estimated from the coordinates; null without them.' }),
    selectedQuoteId: z.uuid().nullable().openapi({ description: 'Null for operators who sent another.' }),
    placedAt: z.string(),
    selectedAt: z.string().nullable(),
  })
  .openapi('Order');

export type Order = z.infer<typeof orderSchema>;

export const orderIdParam = z.object({ orderId: idOf<OrderId>() });
