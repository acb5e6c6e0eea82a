import { inject } from 'vitest';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { connect } from '../../db/engine/connect.ts';
import type { Database } from '../../db/engine/client.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { markFileReady } from '../../db/files.ts';
import { toInstant } from '../../functions/instant.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Files } from '../../functions/ports.ts';
import { accounts } from '../../schema/accounts.ts';
import { files as filesTable } from '../../schema/files.ts';
import type { AccountId, FileId } from '../../schema/ids.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

export const hour = 3600 * 1000;

/** A database of its own, whose files nobody else collects, with an owner, a clock that a test sets, and files in memory. */
export async function openFilesDatabase(connections = 5) {
  const { url, drop } = await createTestDatabase(inject('databaseUrl'));
  const db = connect(url, { connections, lockAndIdleTimeoutSeconds: 3 });
  const time = { now: Date.parse('2026-11-01T00:00:00Z') };
  const newId = createNewId(Date.now);
  const ownerId = newId<AccountId>();
  await db.insert(accounts).values({
    id: ownerId,
    role: 'customer',
    state: 'active',
    username: 'minji',
    email: 'minji@example.com',
    phone: '01012345678',
    displayName: '김민지',
    passwordHash: '',
    createdAt: toInstant(time.now),
  });
  const warnings: object[] = [];
  const errors: object[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (values: object) => void warnings.push(values),
    error: (values: object) => void errors.push(values),
  };
  const files: Files = createMemoryFiles();
  return {
    ports: { db, files, newId, log, clock: { now: () => time.now } },
    time,
    ownerId,
    warnings,
    errors,
    /** For the next test. */
    clear: async () => {
      await db.delete(filesTable);
      warnings.length = 0;
    },
    close: async () => {
      await db.$client.close();
      await drop();
    },
  };
}

/** Uses a file in a transaction, as a change does. */
export const attach = (db: Database, id: FileId, ownerId: AccountId, at: string) =>
  transaction(db, (tx) => markFileReady(tx, { id, ownerId, purpose: 'order_attachment' }, at));

export const rowsOf = (db: Database) => db.select().from(filesTable).orderBy(filesTable.id);
