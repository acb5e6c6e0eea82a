import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { errorValues } from '../shared/error-values.ts';
import type { Config } from './config.ts';

/**
 * The log of a process, on standard output: a line of JSON each, or, in development, text for people. Secrets that a
 * caller put into a header or an error never reach it.
 */
export async function createLog(
  { logLevel, settings }: Pick<Config, 'logLevel' | 'settings'>,
  name: string,
): Promise<Logger> {
  const options = {
    name,
    level: logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorValues },
    redact: ['*.password', '*.token', '*.authorization', '*.cookie'],
  };
  const output = standardOutput();
  const readable = settings.environment === 'development' ? await readableOutput(output) : undefined;
  return pino(options, readable ?? output);
}

/** How much of what cannot be written is kept, in bytes. */
const keptAtMost = 1024 * 1024;

/**
 * Standard output, which may break: a terminal goes away, the disk of a file is full. What cannot be written then is kept until it can,
 * the latest left out where that is too much; nobody fails or waits for it.
 */
function standardOutput() {
  const output = pino.destination({ dest: 1, minLength: 0, maxLength: keptAtMost });
  let broken = false;
  output.on('error', () => (broken = true));
  output.on('write', () => (broken = false));
  const flush = output.flushSync.bind(output);
  // It would try for ever, and nothing else would happen meanwhile.
  output.flushSync = () => {
    if (!broken) flush();
  };
  return output;
}

/** pino-pretty is a package of development: where it is not installed, JSON does as well. */
async function readableOutput(output: DestinationStream): Promise<DestinationStream | undefined> {
  try {
    const { prettyFactory } = await import('pino-pretty');
    const pretty = prettyFactory({
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname,name',
      translateTime: 'SYS:HH:MM:ss.l',
    });
    return { write: (line) => output.write(pretty(line)) };
  } catch {
    return undefined;
  }
}
