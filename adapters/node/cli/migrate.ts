import { readConfig } from '../config.ts';
import { migrateDatabase } from '../migrate-database.ts';
import { readMigrationStatus } from '../migration-status.ts';
import type { MigrationStatus } from '../migration-status.ts';
import { answering } from './command.ts';
import type { AddCommand, Answer } from './command.ts';
import { withDatabase } from './with-database.ts';

export const addMigrate: AddCommand = (program, context) => {
  const command = program
    .command('migrate')
    .description('brings the database to this version; doing it again does nothing')
    .option('--status', 'only says what it would do; the exit code is 1 where there is something to do');
  answering<{ status?: true }>(command, context, async ({ status }) => {
    const { migrationDatabase } = readConfig(context.environment);
    const before = await withDatabase(migrationDatabase, readMigrationStatus);
    if (status) return describeStatus(before);
    await migrateDatabase(migrationDatabase.url, migrationDatabase.otherPassword);
    return {
      text: before.pending.length === 0 ? describe(before) : before.pending.map((name) => `applied ${name}`),
      json: { applied: before.pending },
    };
  });
};

const describeStatus = (status: MigrationStatus): Answer => ({
  text: describe(status),
  json: status,
  exitCode: status.pending.length > 0 ? 1 : 0,
});

function describe({ applied, pending, newer }: MigrationStatus): string[] {
  if (newer) return ['The database was migrated by a newer version than this one.'];
  if (pending.length === 0)
    return [`The database is up to date: ${applied.length} migrations, the last ${applied.at(-1)}.`];
  return pending.map((name) => `pending ${name}`);
}
