import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { folderOf, readKnownKeys, withFolder } from './keys-folder.ts';
import type { KeysOptions } from './keys-folder.ts';

export const addKeysExport: AddCommand = (group, context) => {
  const command = withFolder(
    group
      .command('export')
      .description("gives the keys as the Worker's secret, in the JSON that wrangler takes")
      .option('--output <file>', 'into this file, of mode 0600, instead of standard output'),
  );
  answering<KeysOptions & { output?: string }>(command, context, async (options) => {
    const folder = folderOf(options, context.environment);
    const keys = (await readKnownKeys(folder, context.environment)).filter(({ state }) => state !== 'ended');
    if (keys.length === 0) throw new StartFault([`${folder} has no key: kingbus keys make`]);
    const secret = { KINGBUS_KEYS_JSON: JSON.stringify(keys.map(({ jwk }) => jwk)) };
    if (options.output === undefined) return { text: JSON.stringify(secret), json: secret };
    const file = resolve(options.output);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(secret)}\n`, { mode: 0o600 });
    const kids = keys.map(({ jwk }) => jwk.kid);
    return { text: `Wrote ${kids.length} ${kids.length === 1 ? 'key' : 'keys'} to ${file}.`, json: { file, kids } };
  });
};
