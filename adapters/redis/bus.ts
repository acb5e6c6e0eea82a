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

/** On which whoever could not publish tells the others so, once it can again. */
const lostHints = channelOf('lost-hints');

/** How soon after that they look, in milliseconds: processes that come back together are looked after once. */
const lookWithin = 1_000;

/**
 * Redis pub/sub between processes, and memory within this one: a payload reaches receivers of the same process without
 * Redis, and its echo is dropped. A topic is subscribed once for the process, however many receivers it has. After a
 * reconnection everything is subscribed again and the gap is announced; canaries find a connection that died without a word.
 * What could not be published is a gap to whoever listened meanwhile: they are told of it.
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
  /** Something could not be published, and the others do not know. */
  let owesGap = false;
  let looking: ReturnType<typeof setTimeout> | undefined;

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
    if (message === '') return onPong(canaries.get(channel));
    const hint = decodeHint(message);
    if (hint === undefined || hint.publisher === self) return;
    if (channel === lostHints) lookSoon();
    else receivers.deliver(topicOf(channel), hint.payload);
  });

  /** One that comes back has been published: so can be what is owed. */
  function onPong(canary: Canary | undefined): void {
    canary?.pong();
    if (!owesGap) return;
    owesGap = false;
    redis.publish(lostHints, encodeHint(self, '')).catch(() => (owesGap = true));
  }

  function lookSoon(): void {
    looking ??= setTimeout(() => {
      looking = undefined;
      announceGap();
    }, Math.random() * lookWithin);
  }

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
      await redis.subscribe([lostHints, ...canaries.keys()]);
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
        owesGap = true;
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
      clearTimeout(looking);
      redis.close();
    },
  };
}
