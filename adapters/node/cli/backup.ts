import { resolve } from 'node:path';
import { pino } from 'pino';
import { makeBackup, removeOldBackups } from '../backup/make-backup.ts';
import { readConfig } from '../config.ts';
import { openFiles } from '../open-files.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { withDatabase } from './with-database.ts';

interface Options {
  to?: string;
  keep?: string;
}

export const addBackup: AddCommand = (program, context) => {
  const command = program
    .command('backup')
    .description('backs up the database, the files and the keys, while the product works')
    .option('--to <folder>', 'the folder of all backups (KINGBUS_BACKUPS)')
    .option('--keep <number>', 'then removes all backups but so many of the newest');
  answering<Options>(command, context, async ({ to, keep }) => {
    if (keep !== undefined && !/^[1-9]\d{0,5}$/u.test(keep))
      throw new StartFault(['--keep: expected a number from 1 on']);
    const config = readConfig(context.environment);
    const parent = resolve(to ?? config.backupsDirectory);
    const files = await openFiles(config.files, pino({ level: 'silent' }));
    const { backupDatabase: account, keysDirectory } = config;
    const backup = await withDatabase(account, (db) => makeBackup({ account, db, files, keysDirectory }, parent));
    const removed = keep === undefined ? [] : removeOldBackups(parent, Number(keep));
    const { folder, manifest, faults } = backup;
    const { count, bytes } = manifest.files;
    return {
      text: [
        `${folder} holds the database, ${count} files of ${megabytes(bytes)} MB, and ${manifest.keys.length} keys.`,
        'It holds what people have written, and the keys: keep it where nobody else reads it, and a copy on another machine.',
        ...removed.map((each) => `Removed ${each}.`),
        ...faults.map((fault) => `FAULT: ${fault}`),
      ],
      json: { folder, manifest, removed, faults },
      exitCode: faults.length > 0 ? 1 : 0,
    };
  });
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
