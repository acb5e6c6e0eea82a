import { index, mysqlEnum, mysqlTable, smallint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, json, uuid, won } from './columns.ts';
import type { AccountId, OrderId, QuoteId, VehicleId } from './ids.ts';
import { orders } from './orders.ts';

export const quoteStates = ['submitted', 'withdrawn', 'selected', 'declined', 'expired'] as const;
export const busTypes = ['minibus_25', 'standard_45', 'premium_28', 'limousine_31', 'double_decker'] as const;
/** How many people a bus of each type takes. */
export const busSeats = {
  minibus_25: 25,
  standard_45: 45,
  premium_28: 28,
  limousine_31: 31,
  double_decker: 70,
} as const satisfies Record<(typeof busTypes)[number], number>;
export const quoteInclusions = ['toll', 'parking', 'lodging', 'meals', 'amenities'] as const;

/** An operator's offer for an order, one for each pair. Prices in whole won. */
export const quotes = mysqlTable(
  'quotes',
  {
    id: uuid<QuoteId>('id').primaryKey(),
    orderId: uuid<OrderId>('order_id')
      .notNull()
      .references(() => orders.id, { onDelete: 'cascade' }),
    operatorId: uuid<AccountId>('operator_id')
      .notNull()
      .references(() => accounts.id),
    /** Of a driver's quote: its carrier as it was sent, with whom the contract is made. */
    carrierId: uuid<AccountId>('carrier_id').references(() => accounts.id),
    state: mysqlEnum('state', quoteStates).notNull(),
    totalPrice: won('total_price').notNull(),
    pricePerBus: won('price_per_bus').notNull(),
    buses: smallint('buses', { unsigned: true }).notNull(),
    busType: mysqlEnum('bus_type', busTypes).notNull(),
    includes: json<(typeof quoteInclusions)[number][]>('includes').notNull(),
    message: varchar('message', { length: 1000 }).notNull(),
    /** The bus that its operator means to send. No row of `vehicles` ever goes. */
    vehicleId: uuid<VehicleId>('vehicle_id'),
    submittedAt: instant('submitted_at').notNull(),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    uniqueIndex('quotes_order_operator').on(table.orderId, table.operatorId),
    index('quotes_order').on(table.orderId, table.id),
    index('quotes_order_price').on(table.orderId, table.totalPrice, table.id),
    index('quotes_carrier_state').on(table.carrierId, table.state, table.id),
    index('quotes_operator').on(table.operatorId, table.id),
    index('quotes_operator_state').on(table.operatorId, table.state, table.id),
  ],
);
