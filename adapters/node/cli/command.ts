import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { Environment } from '../settings/secrets.ts';

/** What a command has of the terminal and of the process that it runs in. */
export interface Terminal {
  environment: Environment;
  stdin: Readable;
  out: (text: string) => void;
  err: (text: string) => void;
}

export interface CommandContext extends Terminal {
  setExitCode: (code: number) => void;
}

/** What a command has to say: to people, and to programs (`--json`). */
export interface Answer {
  text: string | readonly string[];
  json: unknown;
  /** Unless it is 0. */
  exitCode?: number;
}

/** Adds a command, or a group of them, to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;

/**
 * Gives a command its work. What it answers is printed as text, or as JSON where `--json` was said; what it throws is explained by
 * the program (failure.ts).
 *
 * @param work takes the options of the command and its arguments, in their order
 */
export function answering<Options>(
  command: Command,
  { out, setExitCode }: CommandContext,
  work: (options: Options, ...words: string[]) => Promise<Answer> | Answer,
): void {
  command.action(async (...given: unknown[]) => {
    // Commander gives the arguments, then the options, then the command.
    const { json = false, ...options } = command.optsWithGlobals();
    const answer = await work(options as Options, ...(given.slice(0, -2) as string[]));
    const text = typeof answer.text === 'string' ? answer.text : answer.text.join('\n');
    if (json) out(`${JSON.stringify(answer.json, undefined, 2)}\n`);
    else if (text !== '') out(`${text}\n`);
    setExitCode(answer.exitCode ?? 0);
  });
}
