import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startOnBun } from './bun-server.ts';
import { publicOrigin } from './context.ts';
import { productEnvironment } from './node-setup.ts';
import { testSettings } from './settings.ts';
import { createTestDatabase } from '../db/test-database.ts';

/** The HTTP half on Bun with a fresh database, for all tests of the project `bun`. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl, redisUrl, keysDirectory, runFolder } = testSettings();
  const database = await createTestDatabase(databaseUrl);
  const logFile = join(runFolder, 'bun.log');
  const server = await startOnBun(productEnvironment(database.url), logFile);

  project.provide('origin', server.origin);
  project.provide('chatOrigins', []);
  project.provide('databaseUrl', database.url);
  project.provide('redisUrl', redisUrl);
  project.provide('keysDirectory', keysDirectory);
  project.provide('issuer', publicOrigin);

  return async () => {
    if (project.vitest.state.getCountOfFailedTests() > 0) printLog(logFile);
    await server.stop();
    await database.drop();
  };
}

/** After a failure: the last lines of the server. */
function printLog(logFile: string): void {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  console.error('\nThe last lines of the server on Bun:');
  for (const line of lines.slice(-5)) console.error(`  ${line.slice(0, 2000)}`);
}
