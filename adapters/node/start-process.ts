import type { Logger } from 'pino';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createLog } from './log.ts';
import { StartFault } from './start-fault.ts';

/**
 * Runs a process of the product: `work` opens what it needs and lasts until it ends. What keeps it from starting is said on standard
 * error, a line each, without a stack and without a value, and the process ends with code 1; any other failure is a fault of the
 * program, and logged as one.
 */
export async function startProcess(
  name: 'http' | 'chat' | 'single',
  work: (config: Config, log: Logger) => Promise<void>,
): Promise<void> {
  let log: Logger | undefined;
  try {
    const config = readConfig(process.env, name);
    log = await createLog(config, name);
    await work(config, log);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof StartFault) {
      for (const fault of error.faults) process.stderr.write(`kingbus ${name} cannot start: ${fault}\n`);
    } else if (log === undefined) {
      throw error;
    } else {
      log.fatal({ err: error }, 'the process failed');
    }
    // Pools and timers of what was opened before would keep it alive.
    process.exit();
  }
}
