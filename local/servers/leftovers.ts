import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLineOf } from '../lock.mjs';
import { findProgram } from '../tools/find.ts';

/** On Linux the kernel ends the process when we die without a chance to do so ourselves (kill -9). */
export function endingWithUs(program: string, commandArguments: readonly string[]): [string, string[]] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  if (setpriv === undefined) return [program, [...commandArguments]];
  return [setpriv, ['--pdeathsig', 'TERM', '--', program, ...commandArguments]];
}

/** Notes in a folder which process serves it, for a later run to find should this one be killed. */
export function noteProcess(folder: string, pid: number, words: readonly string[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(recordIn(folder), JSON.stringify({ pid, commandLine: words.join(' ') }));
}

export function forgetProcess(folder: string): void {
  rmSync(recordIn(folder), { force: true });
}

/**
 * Stops the process that an earlier, killed run left behind in this folder. It is ours if it still has the very command
 * line that was noted; a stranger who has got its process id since is left alone.
 */
export async function stopLeftover(folder: string): Promise<void> {
  let record: { pid: number; commandLine: string };
  try {
    record = JSON.parse(readFileSync(recordIn(folder), 'utf8'));
  } catch {
    return;
  }
  const runs = () => commandLineOf(record.pid)?.endsWith(record.commandLine) === true;
  const endsWithin = async (milliseconds: number) => {
    for (const end = Date.now() + milliseconds; runs() && Date.now() < end;) await delay(50);
    return !runs();
  };
  if (runs()) {
    process.kill(record.pid, 'SIGTERM');
    if (!(await endsWithin(20_000))) process.kill(record.pid, 'SIGKILL');
    await endsWithin(5_000);
  }
  forgetProcess(folder);
}

function recordIn(folder: string): string {
  return join(folder, 'process.json');
}
