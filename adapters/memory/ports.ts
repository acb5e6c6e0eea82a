import type { Clock, Log, Ports } from '../../functions/ports.ts';
import { createMemoryBus } from './bus.ts';
import { createMemoryLimiter } from './limiter.ts';
import { createMemoryPresence } from './presence.ts';

/** What processes share, for one that is alone: kept in its memory. */
export type SharedPorts = Pick<Ports, 'bus' | 'limiter' | 'presence'>;

export const createMemoryPorts = ({
  clock,
  log,
  presenceMs,
}: {
  clock: Clock;
  log: Log;
  presenceMs?: number;
}): SharedPorts => ({
  bus: createMemoryBus(log),
  limiter: createMemoryLimiter(),
  presence: createMemoryPresence(clock, presenceMs),
});
