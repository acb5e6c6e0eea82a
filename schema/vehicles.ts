import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  smallint,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, json, uuid } from './columns.ts';
import { files } from './files.ts';
import type { AccountId, FileId, VehicleId } from './ids.ts';
import type { orderAmenities } from './orders.ts';
import { busTypes } from './quotes.ts';

/** `draft` until its owner asks for it to be verified; `removed` for ever. */
export const vehicleStates = ['draft', 'requested', 'verified', 'refused', 'removed'] as const;

/** A bus of an operator. What an admin has verified counts until it is changed. */
export const vehicles = mysqlTable(
  'vehicles',
  {
    id: uuid<VehicleId>('id').primaryKey(),
    operatorId: uuid<AccountId>('operator_id')
      .notNull()
      .references(() => accounts.id),
    state: mysqlEnum('state', vehicleStates).notNull(),
    /** In its normal form, without blanks: `서울71바1234`. */
    plate: varchar('plate', { length: 16 }).notNull(),
    /** The plate while the vehicle is verified, or waits for it: of two operators one drives a bus. Kept by MariaDB. */
    takenPlate: varchar('taken_plate', { length: 16 }).generatedAlwaysAs(
      sql`(if(state in ('requested', 'verified'), plate, null))`,
      { mode: 'stored' },
    ),
    /** Kept by MariaDB from the state, so that what its owner still has is one range of an index. */
    isKept: boolean('is_kept').generatedAlwaysAs(sql`(state <> 'removed')`, { mode: 'stored' }),
    busType: mysqlEnum('bus_type', busTypes).notNull(),
    model: varchar('model', { length: 60 }).notNull(),
    seats: smallint('seats', { unsigned: true }).notNull(),
    /** Of its first registration. */
    year: smallint('year', { unsigned: true }).notNull(),
    amenities: json<(typeof orderAmenities)[number][]>('amenities').notNull(),
    createdAt: instant('created_at').notNull(),
    requestedAt: instant('requested_at'),
    decidedAt: instant('decided_at'),
    decisionReason: varchar('decision_reason', { length: 500 }),
    version: int('version', { unsigned: true }).notNull().default(1),
  },
  (table) => [
    uniqueIndex('vehicles_taken_plate').on(table.takenPlate),
    index('vehicles_operator').on(table.operatorId, table.id),
    index('vehicles_kept').on(table.operatorId, table.isKept, table.id),
    index('vehicles_operator_state').on(table.operatorId, table.state, table.id),
    index('vehicles_state').on(table.state, table.id),
  ],
);

/** The pictures of a vehicle, in their order. */
export const vehiclePhotos = mysqlTable(
  'vehicle_photos',
  {
    vehicleId: uuid<VehicleId>('vehicle_id')
      .notNull()
      .references(() => vehicles.id, { onDelete: 'cascade' }),
    position: tinyint('position', { unsigned: true }).notNull(),
    fileId: uuid<FileId>('file_id')
      .notNull()
      .references(() => files.id),
  },
  (table) => [
    primaryKey({ columns: [table.vehicleId, table.position] }),
    uniqueIndex('vehicle_photos_file').on(table.fileId),
  ],
);
