import { rmSync } from 'node:fs';
import { makeKey } from '../make-key.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { folderOf, instant, readKnownKeys, withFolder } from './keys-folder.ts';
import type { KeysOptions, KnownKey } from './keys-folder.ts';

export const addKeysRetire: AddCommand = (group, context) => {
  const command = withFolder(
    group
      .command('retire')
      .description('removes a key that has ended, or all of them; a rotation that has not begun to sign is called off')
      .argument('[kid]', 'the key; without it, every key that has ended')
      .option('--now', 'the key was seen by others: it verifies nothing from now on, and its tokens are renewed'),
  );
  answering<KeysOptions & { now?: true }>(command, context, async (options, kid) => {
    const folder = folderOf(options, context.environment);
    const keys = await readKnownKeys(folder, context.environment);
    const chosen = kid === undefined ? keys.filter(({ state }) => state === 'ended') : [named(keys, kid)];
    if (!options.now) for (const key of chosen) requireIdle(key);
    // The next one signs before this one is gone: no process is ever without.
    const next = chosen.some(({ state }) => state === 'signing')
      ? await makeKey(folder, { signsFrom: Date.now() })
      : undefined;
    for (const { path } of chosen) rmSync(path);
    const retired = chosen.map(({ jwk }) => jwk.kid);
    return {
      text: [
        ...(next === undefined ? [] : [`Made the key ${next.jwk.kid}, which signs from now on (${next.path}).`]),
        ...(retired.length === 0 ? ['No key has ended.'] : retired.map((each) => `Removed the key ${each}.`)),
      ],
      json: { retired, made: next?.jwk.kid ?? null },
    };
  });
};

function named(keys: readonly KnownKey[], kid: string): KnownKey {
  const found = keys.filter(({ jwk }) => jwk.kid?.startsWith(kid));
  const [key] = found;
  if (key === undefined || found.length > 1) {
    throw new StartFault([`${key === undefined ? 'no key' : 'more than one key'} is called ${kid}: kingbus keys list`]);
  }
  return key;
}

/** That nobody is logged out by it. */
function requireIdle({ jwk: { kid }, state, endsAt }: KnownKey): void {
  if (state === 'signing')
    throw new StartFault([`${kid} signs: kingbus keys rotate first; --now where others have seen it`]);
  if (state !== 'verifying') return;
  const until = endsAt === undefined ? 'as long as it is there' : `until ${instant(endsAt)}`;
  throw new StartFault([`tokens that ${kid} has signed are still out: it verifies ${until}; --now ends it at once`]);
}
