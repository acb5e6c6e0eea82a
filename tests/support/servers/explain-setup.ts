import type { TestProject } from 'vitest/node';
import { runFilesOf, testSettings } from './settings.ts';

/** Says where the project `node` leaves its database's address and its statements. It drops the database at the very end. */
export default function setUp(project: TestProject): void {
  const { databaseUrl, statements } = runFilesOf(testSettings().runFolder);
  project.provide('databaseUrlFile', databaseUrl);
  project.provide('statementLog', statements);
}
