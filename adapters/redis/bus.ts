import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import { createMemoryBus } from '../memory/bus.ts';
import { openRedis } from './connection.ts';
import { channelOf, decodeHint, encodeHint, topicOf } from './hint.ts';

/** Topics subscribed with one command. */
const portion = 1_000;

/**
 * Redis pub/sub between processes, and memory within this one: a payload reaches local receivers without Redis, and its
 * echo is dropped. One connection publishes, one subscribes; a topic is subscribed once for the process, however many
 * receivers it has. After a reconnection everything is subscribed again and the gap is announced.
 */
export function createRedisBus(url: string, log: Log): { bus: Bus; close: () => void } {
  const publisher = openRedis(url, log, 'publisher');
  const subscriber = openRedis(url, log, 'subscriber', { autoResubscribe: false });
  const local = createMemoryBus();
  const self = crypto.randomUUID();
  const receivers = new Map<string, Set<(payload: string) => void>>();
  const gapListeners: (() => void)[] = [];

  subscriber.on('message', (channel: string, message: string) => {
    const { publisher, payload } = decodeHint(message);
    if (publisher === self) return;
    for (const receive of receivers.get(topicOf(channel)) ?? []) receive(payload);
  });
  subscriber.on('ready', () => void resubscribe());

  async function resubscribe(): Promise<void> {
    const channels = Array.from(receivers.keys(), channelOf);
    try {
      for (let index = 0; index < channels.length; index += portion) {
        await subscriber.subscribe(...channels.slice(index, index + portion));
      }
    } catch {
      // Away again: the next `ready` starts anew.
      return;
    }
    for (const listener of gapListeners) listener();
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
      await subscriber.subscribe(channelOf(topic)).catch(() => {});
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
    healthy: () => publisher.status === 'ready' && subscriber.status === 'ready',
  };
  return {
    bus,
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
