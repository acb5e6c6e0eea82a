import { randomBytes } from 'node:crypto';
import { migrateDatabase } from '../../../adapters/node/migrate-database.ts';
import { openSingle } from '../../../db/engine/open-single.ts';

/** An empty, migrated database of its own for a test run. */
export async function createTestDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `kingbus_test_${randomBytes(6).toString('hex')}`;
  const url = serverUrl.replace(/(?<=@[^/]+)\/[^?]*/u, `/${name}`);
  await run(serverUrl, `create database ${name}`);
  await migrateDatabase(url);
  return { url, drop: () => run(serverUrl, `drop database ${name}`) };
}

async function run(url: string, statement: string): Promise<void> {
  const connection = await openSingle(url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
