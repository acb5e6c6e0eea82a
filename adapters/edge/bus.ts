import type { Bus, Log } from '../../functions/ports.ts';
import { channelOf, encodeHint } from '../redis/hint.ts';
import type { RequestRedis } from './redis.ts';

/**
 * Carries what happens here to Node's chat processes, through the Redis that they listen to. `publish` does not keep
 * the caller waiting; `flush` tells when everything is on its way. Nobody listens on the edge yet: an inbox object for
 * each account will.
 */
export function createEdgeBus(redis: RequestRedis, log: Log): { bus: Bus; flush: () => Promise<void> } {
  const publisher = crypto.randomUUID();
  const underWay = new Set<Promise<void>>();

  async function send(topic: string, payload: string): Promise<void> {
    try {
      await redis.connection.publish(channelOf(topic), encodeHint(publisher, payload));
    } catch (error) {
      log.debug({ topic, reason: (error as Error).message }, 'a hint was lost');
    }
  }

  return {
    bus: {
      publish(topic, payload) {
        const sending = send(topic, payload).finally(() => underWay.delete(sending));
        underWay.add(sending);
        return Promise.resolve();
      },
      subscribe: neverSubscribes,
      onGap() {},
      healthy: () => true,
    },
    async flush() {
      await Promise.all(underWay);
    },
  };
}

/** Without Redis hints go nowhere. Node's chat processes find a room's new messages when they sweep it. */
export function createSilentBus(): Bus {
  return { publish: () => Promise.resolve(), subscribe: neverSubscribes, onGap() {}, healthy: () => false };
}

const neverSubscribes = (): Promise<never> => Promise.reject(new Error('nothing subscribes on the edge yet'));
