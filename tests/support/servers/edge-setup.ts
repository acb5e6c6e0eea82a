import type { TestProject } from 'vitest/node';
import { publicOrigin } from './context.ts';
import { startWorker, workerBindings } from './edge-worker.ts';
import { testSettings } from './settings.ts';
import { createTestDatabase } from '../db/test-database.ts';

/** The Worker in workerd on a fresh database, for all tests of the project `edge`. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl, redisUrl, keysDirectory } = testSettings();
  const database = await createTestDatabase(databaseUrl);
  const worker = await startWorker(database.url, workerBindings(keysDirectory));

  project.provide('home', 'edge');
  project.provide('origin', worker.origin);
  // Two processes on Node; here they are one place that stands for all of them.
  project.provide('chatOrigins', [worker.origin, worker.origin]);
  project.provide('databaseUrl', database.url);
  project.provide('redisUrl', redisUrl);
  project.provide('keysDirectory', keysDirectory);
  project.provide('issuer', publicOrigin);

  return async () => {
    await worker.stop();
    await database.drop();
    if (project.vitest.state.getCountOfFailedTests() > 0) printErrors(worker.logged());
  };
}

/** After a failure: the last errors that the Worker logged. */
function printErrors(lines: Record<string, unknown>[]): void {
  const errors = lines.filter(({ level }) => level === undefined || level === 'error');
  console.error(`\n${errors.length} error lines of the Worker${errors.length > 0 ? ', the last:' : ''}`);
  for (const line of errors.slice(-5)) console.error(`  ${JSON.stringify(line).slice(0, 2000)}`);
}
