import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { checkout } from '../folder.ts';
import { quietWrangler } from '../wrangler.ts';

/** The locked wrangler, as a program. */
export interface Wrangler {
  /** Runs it silently, where it needs no account; gives what it printed. */
  check(words: string[], folder: string): Promise<{ output: string; failed: boolean }>;
  /** Runs it at this terminal, as whoever is logged in; gives its exit code. */
  deploy(words: string[]): Promise<number>;
}

/** @param stopped ends what runs */
export function createWrangler(stopped: AbortSignal): Wrangler {
  const program = createRequire(import.meta.url).resolve('wrangler');
  const common = { cwd: checkout, reject: false, cancelSignal: stopped, forceKillAfterDelay: 5_000 } as const;
  return {
    async check(words, folder) {
      const { all, failed } = await execa(process.execPath, [program, ...words], {
        ...common,
        all: true,
        stdin: 'ignore',
        // What it keeps for itself goes to the folder too, not to the home of whoever calls.
        env: { ...quietWrangler(''), XDG_CONFIG_HOME: folder },
      });
      stopped.throwIfAborted();
      return { output: stripVTControlCharacters(all), failed };
    },
    async deploy(words) {
      const { exitCode } = await execa(process.execPath, [program, ...words], {
        ...common,
        stdio: 'inherit',
        env: quietWrangler(''),
      });
      stopped.throwIfAborted();
      return exitCode ?? 1;
    },
  };
}
