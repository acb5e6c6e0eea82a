import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { folderOf, instant, publicOf, readKnownKeys, withFolder } from './keys-folder.ts';
import type { KeysOptions, KnownKey } from './keys-folder.ts';

export const addKeysList: AddCommand = (group, context) => {
  const command = withFolder(group.command('list').description('says which keys there are, and where each stands'));
  answering<KeysOptions>(command, context, async (options) => {
    const folder = folderOf(options, context.environment);
    const keys = await readKnownKeys(folder, context.environment);
    const text = keys.length === 0 ? `${folder} has no key: kingbus keys make` : keys.map(describeKey);
    return { text, json: { folder, keys: keys.map(publicOf) } };
  });
};

/** One line: the key, what it does now, and what comes next. */
function describeKey({ jwk: { kid }, state, signsFrom, endsAt }: KnownKey): string {
  switch (state) {
    case 'waiting':
      return `${kid}  verifies; signs from ${instant(signsFrom)}`;
    case 'signing':
      return `${kid}  signs${endsAt === undefined ? '' : `; verifies until ${instant(endsAt)}`}`;
    case 'verifying':
      return `${kid}  verifies${endsAt === undefined ? '' : ` until ${instant(endsAt)}`}`;
    case 'ended':
      return `${kid}  ended at ${instant(endsAt ?? 0)}; kingbus keys retire removes it`;
  }
}
