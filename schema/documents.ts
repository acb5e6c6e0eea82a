import { index, int, mysqlEnum, mysqlTable, smallint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { day, instant, uuid } from './columns.ts';
import { files } from './files.ts';
import type { AccountId, DocumentId, FileId, VehicleId } from './ids.ts';
import { vehicles } from './vehicles.ts';

export const documentKinds = [
  'driver_licence',
  'business_registration',
  'transport_registration',
  'mutual_aid_certificate',
] as const;

/** `revoked`: its approval turned out wrong. `replaced` by a newer one of its kind; `removed` by its owner. */
export const documentStates = ['requested', 'approved', 'refused', 'revoked', 'replaced', 'removed'] as const;

/** What shows that somebody may do what they offer. An admin looks at it; what it says is true until a day. */
export const documents = mysqlTable(
  'documents',
  {
    id: uuid<DocumentId>('id').primaryKey(),
    operatorId: uuid<AccountId>('operator_id')
      .notNull()
      .references(() => accounts.id),
    kind: mysqlEnum('kind', documentKinds).notNull(),
    state: mysqlEnum('state', documentStates).notNull(),
    /** Null once its bytes have been erased, after it was verified. */
    fileId: uuid<FileId>('file_id').references(() => files.id),
    /** Of a certificate of one bus. */
    vehicleId: uuid<VehicleId>('vehicle_id').references(() => vehicles.id),
    expiresOn: day('expires_on'),
    createdAt: instant('created_at').notNull(),
    decidedAt: instant('decided_at'),
    decidedBy: uuid<AccountId>('decided_by'),
    decisionReason: varchar('decision_reason', { length: 500 }),
    /** How many days before its end its owner was reminded last. */
    remindedDays: smallint('reminded_days'),
    version: int('version', { unsigned: true }).notNull().default(1),
  },
  (table) => [
    index('documents_operator').on(table.operatorId, table.id),
    index('documents_operator_state').on(table.operatorId, table.state, table.expiresOn),
    index('documents_state').on(table.state, table.id),
    index('documents_expiry').on(table.state, table.expiresOn),
    uniqueIndex('documents_file').on(table.fileId),
  ],
);
