import { Command, CommanderError } from 'commander';
import { addAccounts } from './accounts.ts';
import { addBackup } from './backup.ts';
import { addBeginLogEpoch } from './begin-log-epoch.ts';
import { addCheck } from './check.ts';
import { addDeploy, addRollBack } from './deploy.ts';
import { addJobs } from './jobs.ts';
import { addKeys } from './keys.ts';
import { addMigrate } from './migrate.ts';
import { addProve } from './prove.ts';
import { addRestore } from './restore.ts';
import { addVersion } from './version.ts';
import { explainFailure } from './failure.ts';
import type { AddCommand, Terminal } from './command.ts';

/**
 * The commands, in the order in which the help lists them. To add one: write `adapters/node/cli/NAME.ts` with an `addName` that
 * describes it and gives `answering()` what it does (version.ts is the shortest), put it here, show it in docs/operations.md, and
 * try it in tests/cli/.
 */
const commands: readonly AddCommand[] = [
  addCheck,
  addKeys,
  addMigrate,
  addAccounts,
  addJobs,
  addBackup,
  addRestore,
  addBeginLogEpoch,
  addProve,
  addDeploy,
  addRollBack,
  addVersion,
];

/**
 * Runs one command.
 *
 * @param words what was typed after `kingbus`
 * @returns the exit code: 0 done, 1 refused or failed, 2 not understood
 */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = new Command('kingbus')
    .description('Runs a KingBus: its settings come from the environment (.env.example).')
    .option('--json', 'answer in JSON')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, getOutHelpWidth: () => 100 })
    .showHelpAfterError('(kingbus --help says what there is)')
    .exitOverride();
  for (const add of commands) add(program, { ...terminal, setExitCode: (code) => (exitCode = code) });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { faults, defect } = explainFailure(error);
    if (program.opts()['json'] === true) terminal.out(`${JSON.stringify({ ok: false, faults })}\n`);
    else for (const fault of faults) terminal.err(`kingbus: ${fault}\n`);
    if (defect !== undefined) terminal.err(`${defect}\n`);
    return 1;
  }
}
