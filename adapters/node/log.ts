import { pino } from 'pino';
import type { Logger } from 'pino';
import { errorValues } from '../shared/error-values.ts';
import type { Config } from './config.ts';

/** JSON lines on standard output. Secrets that a caller put into a header or an error never reach them. */
export function createLog(config: Pick<Config, 'logLevel' | 'environment'>, name: string): Logger {
  return pino({
    name,
    level: config.logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorValues },
    redact: ['*.password', '*.token', '*.authorization', '*.cookie'],
  });
}
