import { makeKey } from '../make-key.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { folderOf, readKnownKeys, withFolder } from './keys-folder.ts';
import type { KeysOptions } from './keys-folder.ts';

export const addKeysMake: AddCommand = (group, context) => {
  const command = withFolder(
    group.command('make').description('makes the first key, and its folder; it signs at once'),
  );
  answering<KeysOptions>(command, context, async (options) => {
    const folder = folderOf(options, context.environment);
    const keys = await readKnownKeys(folder, context.environment);
    if (keys.length > 0) throw new StartFault([`${folder} has a key already: kingbus keys rotate makes the next one`]);
    const { path, jwk } = await makeKey(folder, { signsFrom: Date.now() });
    return { text: `Made the key ${jwk.kid}, which signs from now on (${path}).`, json: { kid: jwk.kid, file: path } };
  });
};
