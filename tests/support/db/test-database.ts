import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { migrateDatabase } from '../../../adapters/node/migrate-database.ts';

/** An empty, migrated database of its own for a test run. */
export async function createTestDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `kingbus_test_${randomBytes(6).toString('hex')}`;
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  await run(serverUrl, `create database ${name}`);
  await migrateDatabase(url);
  return { url, drop: () => run(serverUrl, `drop database ${name}`) };
}

async function run(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
