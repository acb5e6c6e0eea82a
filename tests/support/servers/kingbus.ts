import { Readable } from 'node:stream';
import { execa } from 'execa';
import { runProgram } from '../../../adapters/node/cli/program.ts';
import { checkout } from '../../../local/folder.ts';

export interface Finished {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** `kingbus …` within this process, which is quicker than to start one. */
export async function kingbus(
  words: readonly string[],
  environment: Record<string, string>,
  { input = '' }: { input?: string } = {},
): Promise<Finished> {
  const written = { out: '', err: '' };
  const exitCode = await runProgram(words, {
    environment,
    stdin: Readable.from([input]),
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
  });
  return { exitCode, stdout: written.out.trimEnd(), stderr: written.err.trimEnd() };
}

/**
 * Runs a program of the product, such as `adapters/node/http.ts`, as a process to its end.
 *
 * @param environment its settings; of this process's own variables none that has to do with the product reaches it
 */
export async function runToEnd(words: readonly string[], environment: Record<string, string>): Promise<Finished> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:KINGBUS_|DATABASE_URL|REDIS_URL|NODE_|VITEST)/u.test(name),
  );
  const { exitCode, stdout, stderr } = await execa(process.execPath, words, {
    cwd: checkout,
    extendEnv: false,
    env: { ...Object.fromEntries(inherited), ...environment },
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}
