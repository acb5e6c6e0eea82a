import type { Metrics } from '../../functions/metrics.ts';
import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { Receivers } from '../shared/receivers.ts';
import { Canary } from './canary.ts';
import { channelOf, decodeHint, encodeHint, topicOf } from './hint.ts';
import { openPubSub } from './pub-sub.ts';

export interface RedisBusOptions {
  metrics?: Pick<Metrics, 'count'>;
  /** Whether what is published also goes to receivers of the same process (the default), or to other processes alone. */
  toOwnReceivers?: boolean;
}

/** Topics subscribed at once. */
const batchSize = 1_000;

/**
 * Redis pub/sub between processes, and memory within this one: a payload reaches receivers of the same process without
 * Redis, and its echo is dropped. A topic is subscribed once for the process, however many receivers it has. After a
 * reconnection everything is subscribed again and the gap is announced; canaries find a connection that died without a word.
 * `url` names one server, the sentinels of some, or a cluster (adapters/redis/address.ts).
 */
export function createRedisBus(
  url: string,
  log: Log,
  { metrics = createNoMetrics(), toOwnReceivers = true }: RedisBusOptions = {},
): { bus: Bus; close: () => void } {
  const redis = openPubSub(url, log);
  const self = crypto.randomUUID();
  const receivers = new Receivers(log);
  const gapListeners: (() => void)[] = [];
  /** Everything is subscribed, and the canaries come back. */
  let listening = false;

  const canaries = new Map(
    Array.from({ length: redis.places }, (_, index) => {
      const channel = channelOf(`canary:${self}:${index}`);
      const ping = () => {
        if (!listening || !redis.canPublish()) return false;
        redis.publish(channel, '').catch(() => {});
        return true;
      };
      return [channel, new Canary(ping, onSilence)];
    }),
  );

  function onSilence(): void {
    log.warn({}, 'Redis is silent: connecting anew');
    listening = false;
    redis.reconnect();
    announceGap();
  }

  redis.onMessage((channel, message) => {
    if (message === '') return canaries.get(channel)?.pong();
    const hint = decodeHint(message);
    if (hint === undefined || hint.publisher === self) return;
    receivers.deliver(topicOf(channel), hint.payload);
  });
  redis.onReady(() => void resubscribe());
  redis.onAway(() => (listening = false));

  function reconnectSubscriber(): void {
    listening = false;
    redis.reconnectSubscriber();
  }

  function announceGap(): void {
    for (const listener of gapListeners) {
      try {
        listener();
      } catch (error) {
        log.error({ err: error }, 'a gap of the bus could not be handled');
      }
    }
  }

  async function resubscribe(): Promise<void> {
    const channels = receivers.topics.map(channelOf);
    try {
      for (let index = 0; index < channels.length; index += batchSize) {
        await redis.subscribe(channels.slice(index, index + batchSize));
      }
      // Last: whoever hears it has heard of everything else.
      await redis.subscribe([...canaries.keys()]);
    } catch {
      // Away again, or hanging: the next `ready` starts anew.
      return reconnectSubscriber();
    }
    for (const canary of canaries.values()) canary.pong();
    listening = true;
    announceGap();
  }

  const bus: Bus = {
    async publish(topic, payload) {
      if (toOwnReceivers) queueMicrotask(() => receivers.deliver(topic, payload));
      try {
        await redis.publish(channelOf(topic), encodeHint(self, payload));
        return true;
      } catch (error) {
        metrics.count('bus_hints_lost', {});
        log.debug({ topic, reason: error instanceof Error ? error.message : error }, 'a hint was lost');
        return false;
      }
    },
    async subscribe(topic, receive): Promise<Subscription> {
      const remove = receivers.add(topic, receive);
      // Where it fails, Redis is away, and `resubscribe` will do it.
      await redis.subscribe([channelOf(topic)]).catch(reconnectSubscriber);
      return {
        async unsubscribe() {
          if (remove()) await redis.unsubscribe(channelOf(topic)).catch(() => {});
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
