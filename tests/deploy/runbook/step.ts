import type { Machine } from '../machine/support/machine.ts';

/** One command of the runbook (docs/operations.md and docs/ko/운영.md), and how a test types it. */
export interface Step {
  /** As both pages have it, word for word. */
  types: string;
  /** What the reader puts in the place of a word that stands for another, such as `VERSION`. */
  with?: Readonly<Record<string, string>>;
  /** What has to be there before it, typed by the test alone: the fault that the command is for, or what an operator would have. */
  after?: string;
  /** What it prints has to have this in it. */
  says?: RegExp;
  /** Typed to see what it says: its exit code may tell of a fault, as that of `systemctl status` does. */
  looks?: true;
  /** What has to be so afterwards: a command that the test types until it succeeds. */
  until?: string;
}

/** What is known only when the test runs. */
export interface Known {
  /** Of the release that is installed. */
  version: string;
  /** Of the one that is deployed over it. */
  next: string;
}

/** With what is known in the place of the words that stand for it. */
const fill = (text: string, { next, version }: Known): string =>
  text.replaceAll('NEXT', next).replaceAll('VERSION', version);

/** The command as the machine gets it. */
export function typed({ types, with: words = {} }: Step, known: Known): string {
  const command = Object.entries(words).reduce((text, [word, value]) => text.replaceAll(word, value), types);
  return fill(command, known);
}

/** How long something may take that has to be so afterwards, in milliseconds. */
const patienceMs = 120_000;

/**
 * Types it in a machine, in /root.
 *
 * @throws Error that has the command and what it said, where that is not what the page promises
 */
export async function take(machine: Machine, step: Step, known: Known): Promise<void> {
  const shell = (command: string) => ['bash', '-c', `cd /root && ${fill(command, known)}`];
  if (step.after !== undefined) await machine.run(...shell(step.after));
  const command = typed(step, known);
  const { exitCode, all } = await machine.try(...shell(command));
  if (exitCode !== 0 && step.looks === undefined) throw new Error(`${command}\nended with ${exitCode}:\n${all}`);
  const says = step.says && new RegExp(fill(step.says.source, known), step.says.flags);
  if (says !== undefined && !says.test(all)) throw new Error(`${command}\nsays nothing of ${says}:\n${all}`);
  if (step.until !== undefined) await waitFor(machine, shell(step.until));
}

async function waitFor(machine: Machine, command: readonly string[]): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { exitCode, all } = await machine.try(...command);
    if (exitCode === 0) return;
    if (Date.now() > deadline) throw new Error(`it did not come to: ${command.at(-1)}\n${all}`);
    await new Promise((resolve) => void setTimeout(resolve, 200));
  }
}
