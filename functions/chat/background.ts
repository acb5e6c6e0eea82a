import type { Log } from '../ports.ts';

/**
 * Lets work go on that nobody waits for. Should it fail, that is logged: an error that no promise hands on ends a Node
 * process with all of its connections.
 */
export function inBackground(log: Log, what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.error({ err: error }, `${what} failed`));
}
