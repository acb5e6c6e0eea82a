import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { checkout } from '../../../local/folder.ts';
import { allowedOrigin, publicOrigin } from './context.ts';
import { startProduct } from './product-process.ts';
import type { ProductProcess } from './product-process.ts';
import { runFilesOf, testSettings } from './settings.ts';
import { createTestDatabase } from '../db/test-database.ts';

/** The settings of a product process under test: as deployed, but for quick hashes, an enforced query budget, and no pace. */
export function productEnvironment(databaseUrl: string): Record<string, string> {
  const { redisUrl, keysDirectory, runFolder } = testSettings();
  return {
    KINGBUS_ENV: 'test',
    KINGBUS_PUBLIC_ORIGIN: publicOrigin,
    KINGBUS_ALLOWED_ORIGINS: allowedOrigin,
    KINGBUS_KEYS: keysDirectory,
    KINGBUS_FILES: join(runFolder, 'files'),
    KINGBUS_QUERY_BUDGET: 'enforce',
    KINGBUS_STATEMENT_LOG: runFilesOf(runFolder).statements,
    KINGBUS_PASSWORD_COST: '4',
    KINGBUS_DRAIN_SECONDS: '0',
    KINGBUS_CHAT_ACCOUNT_RATE: 'off',
    KINGBUS_CHAT_ROOM_RATE: 'off',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
  };
}

/** One HTTP process and two chat processes on a fresh database, for all tests of the project `node`. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl, redisUrl, keysDirectory, runFolder } = testSettings();
  const database = await createTestDatabase(databaseUrl);
  writeFileSync(runFilesOf(runFolder).databaseUrl, database.url, { mode: 0o600 });
  const environment = productEnvironment(database.url);
  const chat = existsSync(join(checkout, 'adapters/node/chat.ts')) ? ['chat-1', 'chat-2'] : [];
  const [http, ...chats] = await Promise.all([
    startProduct('adapters/node/http.ts', environment, join(runFolder, 'http.log')),
    ...chat.map((name) => startProduct('adapters/node/chat.ts', environment, join(runFolder, `${name}.log`))),
  ]);

  project.provide('home', 'node');
  project.provide('origin', http.origin);
  project.provide(
    'chatOrigins',
    chats.map(({ origin }) => origin),
  );
  project.provide('databaseUrl', database.url);
  project.provide('redisUrl', redisUrl);
  project.provide('keysDirectory', keysDirectory);
  project.provide('issuer', publicOrigin);

  return async () => {
    const processes = [http, ...chats];
    await Promise.all(processes.map((each) => each.stop()));
    await database.drop();
    const failed = project.vitest.state.getCountOfFailedTests() > 0;
    if (failed) processes.forEach(printErrors);
    else if (!project.vitest.config.watch) rmSync(join(runFolder), { recursive: true, force: true });
  };
}

/** After a failure: the last errors that a process logged, and where the rest is. */
function printErrors({ logFile }: ProductProcess): void {
  const lines = readFileSync(logFile, 'utf8').split('\n');
  const errors = lines
    .filter((line) => !line.startsWith('{') || /"level":[56]0/u.test(line))
    .filter((line) => line !== '');
  console.error(`\n${errors.length} error lines in ${logFile}${errors.length > 0 ? ', the last:' : ''}`);
  for (const line of errors.slice(-5)) console.error(`  ${line.slice(0, 2000)}`);
}
