import {
  boolean,
  double,
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  smallint,
  tinyint,
  varchar,
} from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { day, instant, json, uuid } from './columns.ts';
import type { AccountId, OrderId, QuoteId } from './ids.ts';

export const orderKinds = ['one_way', 'round_trip', 'shuttle'] as const;
export const orderStates = ['open', 'selected', 'paid', 'completed', 'cancelled', 'expired'] as const;
export const orderPurposes = [
  'tour',
  'school',
  'wedding',
  'company',
  'sports',
  'religion',
  'airport',
  'other',
] as const;
export const orderAmenities = ['wifi', 'usb', 'toilet', 'karaoke', 'refrigerator', 'tv', 'wheelchair'] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A trip that a customer wants. Each state it reaches stamps its time. `version` moves with every change (If-Match). */
export const orders = mysqlTable(
  'orders',
  {
    id: uuid<OrderId>('id').primaryKey(),
    customerId: uuid<AccountId>('customer_id')
      .notNull()
      .references(() => accounts.id),
    state: mysqlEnum('state', orderStates).notNull(),
    version: int('version', { unsigned: true }).notNull().default(1),
    kind: mysqlEnum('kind', orderKinds).notNull(),
    purpose: mysqlEnum('purpose', orderPurposes).notNull(),
    departureAt: instant('departure_at').notNull(),
    returnAt: instant('return_at'),
    weekdays: json<(typeof weekdays)[number][]>('weekdays'),
    termEndsOn: day('term_ends_on'),
    passengers: smallint('passengers', { unsigned: true }).notNull(),
    buses: smallint('buses', { unsigned: true }).notNull(),
    amenities: json<(typeof orderAmenities)[number][]>('amenities').notNull(),
    driverStays: boolean('driver_stays').notNull(),
    driverSchedule: varchar('driver_schedule', { length: 500 }),
    remarks: varchar('remarks', { length: 1000 }),
    distanceKm: int('distance_km', { unsigned: true }),
    selectedQuoteId: uuid<QuoteId>('selected_quote_id'),
    placedAt: instant('placed_at').notNull(),
    selectedAt: instant('selected_at'),
    paidAt: instant('paid_at'),
    completedAt: instant('completed_at'),
    cancelledAt: instant('cancelled_at'),
    expiredAt: instant('expired_at'),
  },
  (table) => [
    index('orders_customer').on(table.customerId, table.id),
    index('orders_customer_state').on(table.customerId, table.state, table.id),
    index('orders_state').on(table.state, table.id),
    index('orders_departure').on(table.state, table.departureAt),
    index('orders_kind').on(table.state, table.kind, table.id),
    index('orders_kind_departure').on(table.state, table.kind, table.departureAt, table.id),
  ],
);

/** The places of a trip in order: the first is the departure, the last the arrival, those between are stopovers. */
export const orderStops = mysqlTable(
  'order_stops',
  {
    orderId: uuid<OrderId>('order_id')
      .notNull()
      .references(() => orders.id, { onDelete: 'cascade' }),
    position: tinyint('position', { unsigned: true }).notNull(),
    name: varchar('name', { length: 60 }).notNull(),
    address: varchar('address', { length: 200 }).notNull(),
    latitude: double('latitude'),
    longitude: double('longitude'),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.position] })],
);
