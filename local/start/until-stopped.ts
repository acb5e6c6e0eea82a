import { Cleanup, report } from '../command.ts';
import { explainFileError, Problem } from '../problem.ts';
import { onStopSignals } from '../signals.ts';
import { readSettings, type Settings } from './settings.ts';

/** What a start works with. */
export type Run = {
  settings: Settings;
  cleanup: Cleanup;
  /** Prints one line of progress. */
  say(line: string): void;
  /** Stands between two steps: ends a start that someone has interrupted. */
  goOn(): void;
};

/**
 * Runs a start, then waits for Ctrl-C, and undoes what was started; ends this process.
 *
 * @param command what people type to get here; it is named in what they are told to do
 */
export async function runUntilStopped(command: string, start: (run: Run) => Promise<void>): Promise<never> {
  const cleanup = new Cleanup();
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  let stopping = false;
  onStopSignals({
    first(signal) {
      stopping = true;
      console.error('\nStopping …  (again to stop at once)');
      stopped.resolve(signal);
    },
    again: () => void cleanup.force().finally(() => process.exit(1)),
  });
  const goOn = () => {
    if (stopping) throw new Error('stopped');
  };

  let exitCode = 0;
  try {
    const settings = readSettings(process.env);
    try {
      await start({ settings, cleanup, say: (line) => console.log(line), goOn });
    } catch (error) {
      throw explainFileError(error, settings.home);
    }
    await stopped.promise;
  } catch (error) {
    if (!stopping) report(error instanceof Problem ? naming(command, error) : error);
    exitCode = stopping ? 0 : 1;
  } finally {
    await cleanup.run();
  }
  if (stopping) console.error('Stopped.');
  process.exit(exitCode);
}

/** Advice is written for `npm start`, which most people type. */
const naming = (command: string, { message }: Problem): Problem =>
  new Problem(message.replaceAll(/\bnpm start\b/g, command));
