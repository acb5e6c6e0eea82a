import type { TestProject } from 'vitest/node';
import { statementLogOf, testSettings } from './settings.ts';
import { createTestDatabase } from './test-database.ts';

/** A database of its own, to be filled with many rows, and the log of what the product ran in this whole run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl, runFolder } = testSettings();
  const database = await createTestDatabase(databaseUrl);
  project.provide('databaseUrl', database.url);
  project.provide('statementLog', statementLogOf(runFolder));
  return () => database.drop();
}
