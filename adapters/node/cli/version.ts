import { readVersion } from '../version.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';

export const addVersion: AddCommand = (program, context) => {
  const command = program.command('version').description('says which version this is, and on which Node it runs');
  answering(command, context, () => {
    const { version, commit } = readVersion();
    const node = process.versions.node;
    return {
      text: `kingbus ${version} (${commit === undefined ? '' : `commit ${commit}, `}Node ${node})`,
      json: { version, commit, node },
    };
  });
};
