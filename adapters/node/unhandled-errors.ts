import type { Logger } from 'pino';
import type { Metrics } from '../../functions/metrics.ts';

/**
 * What becomes of errors that no code of ours handled; each is a fault of ours. A rejected promise that nobody waited for
 * concerns one piece of work: it is logged, and the process goes on with everyone else's. After an exception that nobody
 * caught, whatever it interrupted may be half done: `stop` is called, for the process to end in good order.
 */
export function handleUnhandledErrors(log: Logger, metrics: Pick<Metrics, 'count'>, stop: () => void): void {
  process.on('unhandledRejection', (reason) => {
    metrics.count('unhandled_errors', { kind: 'rejection' });
    log.error({ err: reason }, 'a promise was rejected that nobody waited for');
  });
  process.on('uncaughtException', (error) => {
    metrics.count('unhandled_errors', { kind: 'exception' });
    log.fatal({ err: error }, 'an exception was caught by nobody');
    stop();
  });
}
