import type { Metrics } from '../../functions/metrics.ts';
import type { Clock, Log } from '../../functions/ports.ts';
import type { SharedPorts } from '../memory/ports.ts';
import { createRedisBus } from './bus.ts';
import { createRedisLimiter } from './limiter.ts';
import { createRedisPresence } from './presence.ts';

/** What processes share, by Redis: each port with connections of its own. */
export function createRedisPorts(
  url: string,
  { clock, log, metrics, presenceMs }: { clock: Clock; log: Log; metrics: Metrics; presenceMs: number },
): { ports: SharedPorts; close: () => void } {
  const bus = createRedisBus(url, log, { metrics });
  const limiter = createRedisLimiter(url, log);
  const presence = createRedisPresence(url, log, clock, presenceMs);
  return {
    ports: { bus: bus.bus, limiter: limiter.limiter, presence: presence.presence },
    close() {
      bus.close();
      limiter.close();
      presence.close();
    },
  };
}
