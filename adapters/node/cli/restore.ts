import { resolve } from 'node:path';
import { pino } from 'pino';
import { beginLogEpoch } from '../../../functions/rooms/begin-log-epoch.ts';
import { checkRestore, restoreBackup } from '../backup/restore-backup.ts';
import { readConfig } from '../config.ts';
import { openFiles } from '../open-files.ts';
import { describeFindings, findAll } from './check.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { changePorts, withDatabase } from './with-database.ts';

export const addRestore: AddCommand = (program, context) => {
  const command = program
    .command('restore')
    .description(
      'puts a backup into an empty database, an empty folder of files and an empty folder of keys, then checks',
    )
    .argument('<folder>', 'the folder of the backup')
    .option('--dry-run', 'only verifies the backup and the place');
  answering<{ dryRun?: true }>(command, context, async ({ dryRun }, named = '') => {
    const folder = resolve(named);
    const { migrationDatabase: account, files: filesSettings, keysDirectory } = readConfig(context.environment);
    const manifest = await withDatabase(account, async (db) => {
      const files = await openFiles(filesSettings, pino({ level: 'silent' }));
      const target = { account, db, files, filesSettings, keysDirectory };
      const found = await checkRestore(folder, target);
      if (!dryRun) {
        await restoreBackup(folder, target);
        // Sequences that clients have seen number other messages from now on.
        await beginLogEpoch(changePorts(db));
      }
      return found;
    });
    const of = `the backup of ${manifest.startedAt} (version ${manifest.kingbus})`;
    if (dryRun) return { text: `${of} is whole, and can be restored here.`, json: { manifest, restored: false } };
    const check = describeFindings(await findAll(context.environment));
    return {
      ...check,
      text: [`Restored ${of}; chat clients begin anew.`, '', ...check.text],
      json: { manifest, restored: true, check: check.json },
    };
  });
};
