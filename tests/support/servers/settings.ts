import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a test run is given by `npm test`, or by local/dev-servers.ts for runs by hand. */
export function testSettings(): { databaseUrl: string; redisUrl: string; keysDirectory: string; runFolder: string } {
  // Where set-ups run is the process that the folder is named by; it tells those of the tests (vitest.config.ts).
  const runFolder = join(given('KINGBUS_TEST_HOME'), process.env['KINGBUS_TEST_RUN'] ?? `run-${process.pid}`);
  mkdirSync(runFolder, { recursive: true });
  return {
    databaseUrl: given('DATABASE_URL'),
    redisUrl: given('REDIS_URL'),
    keysDirectory: given('KINGBUS_TEST_KEYS'),
    runFolder,
  };
}

/** What one project of a run leaves for another. */
export const runFilesOf = (runFolder: string) => ({
  /** Every statement that the product ran, one JSON array `[sql, values]` a line. */
  statements: join(runFolder, 'statements.jsonl'),
  /** The database of the project `node`. */
  databaseUrl: join(runFolder, 'database-url'),
});

function given(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set. Run the tests with "npm test", or start servers of your own:\n` +
      `  node local/bootstrap.mjs local/dev-servers.ts\n  . .kingbus-dev/environment && npx vitest run`,
  );
}
