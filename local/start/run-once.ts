import { join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../folder.ts';
import { problemWithOutput } from '../problem.ts';

/** Runs one of our TypeScript files, with words behind it, to its end, silently unless it fails. */
export async function runOnce(command: string, doing: string, environment: Record<string, string>): Promise<void> {
  const [file = '', ...words] = command.split(' ');
  const { all, failed } = await execa(process.execPath, [join(checkout, file), ...words], {
    cwd: checkout,
    all: true,
    reject: false,
    stdin: 'ignore',
    env: environment,
  });
  if (failed) throw problemWithOutput(`${doing} did not succeed (${file}).`, all);
}
