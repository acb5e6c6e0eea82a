import type { Log } from './ports.ts';

/** The same log, with these values in every line. */
export const logWith = (log: Log, values: object): Log => ({
  debug: (more, message) => log.debug({ ...values, ...more }, message),
  info: (more, message) => log.info({ ...values, ...more }, message),
  warn: (more, message) => log.warn({ ...values, ...more }, message),
  error: (more, message) => log.error({ ...values, ...more }, message),
});
