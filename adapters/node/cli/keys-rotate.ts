import { makeKey } from '../make-key.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { folderOf, instant, readKnownKeys, withFolder } from './keys-folder.ts';
import type { KeysOptions } from './keys-folder.ts';

/**
 * For how long a new key only verifies, in milliseconds: every process has read it after seconds, every machine and every isolate
 * of the edge to which it is sent after minutes.
 */
const leadMs = 10 * 60_000;

export const addKeysRotate: AddCommand = (group, context) => {
  const command = withFolder(
    group
      .command('rotate')
      .description('makes the next key: it verifies now, signs in ten minutes, and ends the one before; that is all'),
  );
  answering<KeysOptions>(command, context, async (options) => {
    const folder = folderOf(options, context.environment);
    const keys = await readKnownKeys(folder, context.environment);
    if (keys.length === 0) throw new StartFault([`${folder} has no key to rotate: kingbus keys make`]);
    const waiting = keys.find(({ state }) => state === 'waiting');
    if (waiting !== undefined) {
      throw new StartFault([`a new key waits already: ${waiting.jwk.kid} signs from ${instant(waiting.signsFrom)}`]);
    }
    const signsFrom = Date.now() + leadMs;
    const { path, jwk } = await makeKey(folder, { signsFrom });
    return {
      text: [
        `Made the key ${jwk.kid}, which verifies from now on, and signs from ${instant(signsFrom)} (${path}).`,
        'Processes read it by themselves. Copy it to every other machine, and export it to the edge, before that time.',
      ],
      json: { kid: jwk.kid, signsFrom: instant(signsFrom), file: path },
    };
  });
};
