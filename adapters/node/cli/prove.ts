import { hasRooms } from '../../../db/rooms.ts';
import { readConfig } from '../config.ts';
import { proveDeal } from '../prove/prove-deal.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { changePorts, withDatabase } from './with-database.ts';

export const addProve: AddCommand = (program, context) => {
  const command = program
    .command('prove')
    .description('makes a deal through the public address, by two people who are shut out afterwards')
    .option('--unless-used', 'does nothing where people have made deals already')
    .option('--origin <url>', 'the address to make it through, if not KINGBUS_PUBLIC_ORIGIN');
  answering<{ unlessUsed?: true; origin?: string }>(command, context, (options) => {
    const { database, settings } = readConfig(context.environment);
    const origin = options.origin ?? settings.publicOrigin;
    return withDatabase(database, async (db) => {
      if (options.unlessUsed && (await hasRooms(db))) {
        return { text: 'People have made deals here: no other was made.', json: { made: false } };
      }
      const lines: string[] = [];
      const deal = await proveDeal(origin, changePorts(db), (line) => void lines.push(line));
      return {
        text: [...lines, `A deal was made through ${origin}.`],
        json: { made: true, origin, ...deal },
      };
    });
  });
};
