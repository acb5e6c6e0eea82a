import type { Redis } from 'ioredis';
import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import { createMemoryBus } from '../memory/bus.ts';
import { Canary } from './canary.ts';
import { openRedis } from './connection.ts';
import { channelOf, decodeHint, encodeHint, topicOf } from './hint.ts';

/** Topics subscribed with one command. */
const portion = 1_000;

/**
 * Redis pub/sub between processes, and memory within this one: a payload reaches local receivers without Redis, and its
 * echo is dropped. One connection publishes, one subscribes; a topic is subscribed once for the process, however many
 * receivers it has. After a reconnection everything is subscribed again and the gap is announced; a canary finds a
 * connection that died without a word.
 */
export function createRedisBus(url: string, log: Log): { bus: Bus; close: () => void } {
  const publisher = openRedis(url, log, 'publisher');
  const subscriber = openRedis(url, log, 'subscriber', { autoResubscribe: false });
  const local = createMemoryBus();
  const self = crypto.randomUUID();
  const receivers = new Map<string, Set<(payload: string) => void>>();
  const gapListeners: (() => void)[] = [];
  /** Everything is subscribed, and the canary comes back. */
  let listening = false;

  const perch = channelOf(`canary:${self}`);
  const canary = new Canary(
    () => {
      if (!listening || publisher.status !== 'ready') return false;
      publisher.publish(perch, '').catch(() => {});
      return true;
    },
    () => {
      log.warn({}, 'Redis is silent: connecting anew');
      // Either connection may be the dead one.
      for (const redis of [publisher, subscriber]) reconnect(redis);
      announceGap();
    },
  );

  subscriber.on('message', (channel: string, message: string) => {
    if (channel === perch) return canary.back();
    const { publisher, payload } = decodeHint(message);
    if (publisher === self) return;
    for (const receive of receivers.get(topicOf(channel)) ?? []) receive(payload);
  });
  subscriber.on('ready', () => void resubscribe());
  subscriber.on('close', () => (listening = false));

  function reconnect(redis: Redis): void {
    if (redis === subscriber) listening = false;
    // One that is not ready comes back by itself.
    if (redis.status === 'ready') redis.disconnect(true);
  }

  function announceGap(): void {
    for (const listener of gapListeners) listener();
  }

  async function resubscribe(): Promise<void> {
    const channels = Array.from(receivers.keys(), channelOf);
    try {
      for (let index = 0; index < channels.length; index += portion) {
        await subscriber.subscribe(...channels.slice(index, index + portion));
      }
      // Last: whoever hears it has heard of everything else.
      await subscriber.subscribe(perch);
    } catch {
      // Away again, or hanging: the next `ready` starts anew.
      return reconnect(subscriber);
    }
    canary.back();
    listening = true;
    announceGap();
  }

  const bus: Bus = {
    async publish(topic, payload) {
      await local.publish(topic, payload);
      try {
        await publisher.publish(channelOf(topic), encodeHint(self, payload));
      } catch (error) {
        log.debug({ topic, reason: error instanceof Error ? error.message : error }, 'a hint was lost');
      }
    },
    async subscribe(topic, receive): Promise<Subscription> {
      const receiver = (payload: string) => receive(payload);
      const within = await local.subscribe(topic, receiver);
      const set = receivers.get(topic) ?? new Set();
      set.add(receiver);
      receivers.set(topic, set);
      // Where it fails, Redis is away, and `resubscribe` will do it.
      await subscriber.subscribe(channelOf(topic)).catch(() => reconnect(subscriber));
      return {
        async unsubscribe() {
          await within.unsubscribe();
          if (!set.delete(receiver) || set.size > 0 || receivers.get(topic) !== set) return;
          receivers.delete(topic);
          await subscriber.unsubscribe(channelOf(topic)).catch(() => {});
        },
      };
    },
    onGap(listener) {
      gapListeners.push(listener);
    },
    healthy: () => listening && publisher.status === 'ready' && subscriber.status === 'ready',
  };
  return {
    bus,
    close() {
      canary.stop();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
