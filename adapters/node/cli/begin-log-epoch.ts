import { beginLogEpoch } from '../../../functions/rooms/begin-log-epoch.ts';
import { readConfig } from '../config.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { changePorts, withDatabase } from './with-database.ts';

export const addBeginLogEpoch: AddCommand = (program, context) => {
  const command = program
    .command('begin-log-epoch')
    .description('after a database was set back by hand: chat clients forget where they were (restore does it itself)');
  answering(command, context, async () => {
    const epoch = await withDatabase(readConfig(context.environment).database, (db) => beginLogEpoch(changePorts(db)));
    return { text: `The logs are in a new epoch (${epoch}): connections begin anew.`, json: { epoch } };
  });
};
