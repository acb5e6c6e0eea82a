import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { quietWrangler } from '../../../local/wrangler.ts';
import { workerBindings } from './edge-worker.ts';
import { testSettings } from './settings.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { samplePictures } from '../pictures.ts';
import { builtWorker } from './built-worker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For the project `workerd`: the Worker's bindings. */
    bindings: Record<string, string>;
    /** And its code. */
    workerBundle: string;
  }
}

/** The edge without Redis. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  return setUpWorkerd(project, {});
}

/** A fresh database for the tests that run inside of workerd, beside the Durable Objects that they evict. */
export async function setUpWorkerd(project: TestProject, more: Record<string, string>): Promise<() => Promise<void>> {
  const { databaseUrl, keysDirectory } = testSettings();
  const database = await createTestDatabase(databaseUrl);
  // Asked for when the configuration is read; the address that counts is given with the project (vitest.config.ts).
  for (const [name, value] of Object.entries(quietWrangler(database.url))) process.env[name] ??= value;
  process.env['KINGBUS_KEYS_JSON'] ??= workerBindings(keysDirectory)['KINGBUS_KEYS_JSON'];
  project.provide('workerBundle', join(await builtWorker(), 'worker.js'));
  const pictures = Object.entries(await samplePictures());
  project.provide(
    'pictures',
    Object.fromEntries(pictures.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
  );
  project.provide('databaseUrl', database.url);
  // Longer than a test, so that no sweep finds what is meant to be delivered by a hint, and shorter than a token lives.
  project.provide('bindings', {
    ...workerBindings(keysDirectory),
    KINGBUS_SWEEP_SECONDS: '60',
    KINGBUS_LOG_LEVEL: 'error',
    ...more,
  });
  return () => database.drop();
}
