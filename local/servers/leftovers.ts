import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from '../folder.ts';
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
 * Stops the process that an earlier, killed run left behind in this folder, and what that one started. It is ours if it still has the very command
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
  await endGroupOf(record.pid);
  forgetProcess(folder);
}

/** Ends what is left of a process group whose leader has ended (wrangler: workerd): programs of this checkout alone. */
async function endGroupOf(leader: number): Promise<void> {
  if (process.platform !== 'linux' || commandLineOf(leader) !== undefined) return;
  for (const pid of readdirSync('/proc').map(Number)) {
    if (groupOf(pid) !== leader || !commandLineOf(pid)?.includes(checkout)) continue;
    process.kill(pid, 'SIGKILL');
    // It keeps its port until it has really ended.
    for (const end = Date.now() + 5_000; groupOf(pid) === leader && Date.now() < end;) await delay(20);
  }
}

/** The process group of a running process of Linux; undefined when no such process runs. */
export function groupOf(pid: number): number | undefined {
  try {
    // The name, in parentheses, may hold anything; after it come the state, the parent and the group (proc(5)).
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}

function recordIn(folder: string): string {
  return join(folder, 'process.json');
}
