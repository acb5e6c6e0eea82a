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
  const readable = settings.environment === 'development' ? await readableOutput() : undefined;
  return readable ? pino(options, readable) : pino(options);
}

/** pino-pretty is a package of development: where it is not installed, JSON does as well. */
async function readableOutput(): Promise<DestinationStream | undefined> {
  try {
    const { build } = await import('pino-pretty');
    return build({
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname,name',
      translateTime: 'SYS:HH:MM:ss.l',
      sync: true,
    });
  } catch {
    return undefined;
  }
}
