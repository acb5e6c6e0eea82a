import { addKeysExport } from './keys-export.ts';
import { addKeysList } from './keys-list.ts';
import { addKeysMake } from './keys-make.ts';
import { addKeysRetire } from './keys-retire.ts';
import { addKeysRotate } from './keys-rotate.ts';
import type { AddCommand } from './command.ts';

const commands: readonly AddCommand[] = [addKeysMake, addKeysList, addKeysRotate, addKeysRetire, addKeysExport];

export const addKeys: AddCommand = (program, context) => {
  const group = program.command('keys').description('makes, rotates and retires the keys that sign access tokens');
  for (const add of commands) add(group, context);
};
