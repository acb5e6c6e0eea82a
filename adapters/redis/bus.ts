import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import { createMemoryBus } from '../memory/bus.ts';
import { Canary } from './canary.ts';
import { channelOf, decodeHint, encodeHint, topicOf } from './hint.ts';
import { openPubSub } from './pub-sub.ts';

export interface RedisBusOptions {
  /** What carries a payload to receivers of the same process: memory. */
  within?: Pick<Bus, 'publish' | 'subscribe'>;
}

/** Topics subscribed at once. */
const portion = 1_000;

/**
 * Redis pub/sub between processes, and memory within this one: a payload reaches local receivers without Redis, and its
 * echo is dropped. A topic is subscribed once for the process, however many receivers it has. After a reconnection
 * everything is subscribed again and the gap is announced; canaries find a connection that died without a word. `url` names
 * one server, the sentinels of some, or a cluster (adapters/redis/address.ts).
 */
export function createRedisBus(
  url: string,
  log: Log,
  { within = createMemoryBus() }: RedisBusOptions = {},
): { bus: Bus; close: () => void } {
  const redis = openPubSub(url, log);
  const self = crypto.randomUUID();
  const receivers = new Map<string, Set<(payload: string) => void>>();
  const gapListeners: (() => void)[] = [];
  /** Everything is subscribed, and the canaries come back. */
  let listening = false;

  const canaries = new Map(
    Array.from({ length: redis.places }, (_, index) => {
      const perch = channelOf(`canary:${self}:${index}`);
      const fly = () => {
        if (!listening || !redis.canPublish()) return false;
        redis.publish(perch, '').catch(() => {});
        return true;
      };
      return [perch, new Canary(fly, fallSilent)];
    }),
  );

  function fallSilent(): void {
    log.warn({}, 'Redis is silent: connecting anew');
    listening = false;
    redis.reconnect();
    announceGap();
  }

  redis.onMessage((channel, message) => {
    if (message === '') return canaries.get(channel)?.back();
    const { publisher, payload } = decodeHint(message);
    if (publisher === self) return;
    for (const receive of receivers.get(topicOf(channel)) ?? []) receive(payload);
  });
  redis.onReady(() => void resubscribe());
  redis.onAway(() => (listening = false));

  function reconnectSubscriber(): void {
    listening = false;
    redis.reconnectSubscriber();
  }

  function announceGap(): void {
    for (const listener of gapListeners) listener();
  }

  async function resubscribe(): Promise<void> {
    const channels = Array.from(receivers.keys(), channelOf);
    try {
      for (let index = 0; index < channels.length; index += portion) {
        await redis.subscribe(channels.slice(index, index + portion));
      }
      // Last: whoever hears it has heard of everything else.
      await redis.subscribe([...canaries.keys()]);
    } catch {
      // Away again, or hanging: the next `ready` starts anew.
      return reconnectSubscriber();
    }
    for (const canary of canaries.values()) canary.back();
    listening = true;
    announceGap();
  }

  const bus: Bus = {
    async publish(topic, payload) {
      await within.publish(topic, payload);
      try {
        await redis.publish(channelOf(topic), encodeHint(self, payload));
      } catch (error) {
        log.debug({ topic, reason: error instanceof Error ? error.message : error }, 'a hint was lost');
      }
    },
    async subscribe(topic, receive): Promise<Subscription> {
      const receiver = (payload: string) => receive(payload);
      const subscription = await within.subscribe(topic, receiver);
      const set = receivers.get(topic) ?? new Set();
      set.add(receiver);
      receivers.set(topic, set);
      // Where it fails, Redis is away, and `resubscribe` will do it.
      await redis.subscribe([channelOf(topic)]).catch(reconnectSubscriber);
      return {
        async unsubscribe() {
          await subscription.unsubscribe();
          if (!set.delete(receiver) || set.size > 0 || receivers.get(topic) !== set) return;
          receivers.delete(topic);
          await redis.unsubscribe(channelOf(topic)).catch(() => {});
        },
      };
    },
    onGap(listener) {
      gapListeners.push(listener);
    },
    healthy: () => listening && redis.ready(),
  };
  return {
    bus,
    close() {
      for (const canary of canaries.values()) canary.stop();
      redis.close();
    },
  };
}
