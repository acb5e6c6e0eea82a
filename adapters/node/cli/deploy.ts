import { resolve } from 'node:path';
import { abandon, activate, forgetOlder, lies, linked, unpack } from '../releases/releases.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand, Answer } from './command.ts';

export const addDeploy: AddCommand = (program, context) => {
  const command = program
    .command('deploy')
    .description('has a new release run, without losing a request; goes back where it does not come up')
    .argument('<file>', 'kingbus-<version>-linux-<arch>.tar.gz');
  answering(command, context, async (_options, file): Promise<Answer> => {
    requireRoot();
    const [before, previous] = [linked('current'), linked('previous')];
    const version = await unpack(resolve(file));
    if (await activate(version)) {
      const removed = forgetOlder();
      return { text: `${version} runs.`, json: { version, before, removed } };
    }
    if (before === undefined || before === version) {
      throw new StartFault([`${version} did not come up, and there is no other to go back to`]);
    }
    const back = await activate(before);
    if (back) abandon(version, previous);
    throw new StartFault([`${version} did not come up; ${before} ${back ? 'runs again' : 'did not come up either'}`]);
  });
};

export const addRollBack: AddCommand = (program, context) => {
  const command = program
    .command('roll-back')
    .description('has the release before this one run again; migrations stay, which it knows how to live with');
  answering(command, context, async (): Promise<Answer> => {
    requireRoot();
    const version = linked('previous');
    if (version === undefined || !lies(version)) throw new StartFault(['there is no release before this one here']);
    const before = linked('current');
    if (!(await activate(version))) {
      const back = before !== undefined && (await activate(before));
      const outcome = back ? `${before} runs on` : "what was there did not come up either (journalctl -u 'kingbus-*')";
      throw new StartFault([`${version} did not come up; ${outcome}`]);
    }
    return { text: `${version} runs again.`, json: { version, before } };
  });
};

function requireRoot(): void {
  if (process.geteuid?.() !== 0) throw new StartFault(['only root changes what is installed: sudo kingbus …']);
}
