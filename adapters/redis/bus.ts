import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import { openRedis } from './connection.ts';

const prefix = 'kingbus:';

/** The Redis channel of a topic. */
export const channelOf = (topic: string): string => prefix + topic;

/**
 * Redis pub/sub: one connection publishes, one subscribes. A topic is subscribed once for a process, however many
 * receivers it has. After a reconnection ioredis subscribes again and the gap is announced.
 */
export function createRedisBus(url: string, log: Log): { bus: Bus; close: () => Promise<void> } {
  const publisher = openRedis(url, log, 'publisher');
  const subscriber = openRedis(url, log, 'subscriber', { autoResubscribe: false });
  const topics = new Map<string, Topic>();
  const gapListeners: (() => void)[] = [];

  subscriber.on('message', (channel: string, payload: string) => {
    const topic = topics.get(channel.slice(prefix.length));
    if (topic) for (const receive of topic.receivers) receive(payload);
  });
  subscriber.on('ready', () => void resubscribe());

  async function resubscribe(): Promise<void> {
    const names = [...topics.keys()];
    try {
      // In portions, so that one command never grows without bound.
      for (let index = 0; index < names.length; index += 1_000) {
        await subscriber.subscribe(...names.slice(index, index + 1_000).map(channelOf));
      }
    } catch {
      // The connection went away again; its next `ready` starts anew.
      return;
    }
    for (const { activate } of topics.values()) activate();
    for (const listener of gapListeners) listener();
  }

  const bus: Bus = {
    async publish(topic, payload) {
      try {
        await publisher.publish(channelOf(topic), payload);
      } catch (error) {
        log.debug({ topic, reason: (error as Error).message }, 'a hint was lost');
      }
    },
    async subscribe(name, receive): Promise<Subscription> {
      const receiver = (payload: string) => receive(payload);
      let topic = topics.get(name);
      if (!topic) {
        topic = createTopic();
        topics.set(name, topic);
        subscriber.subscribe(channelOf(name)).then(topic.activate, () => {
          // Not connected: `resubscribe` activates it.
        });
      }
      topic.receivers.add(receiver);
      await topic.active;
      return {
        async unsubscribe() {
          topic.receivers.delete(receiver);
          if (topic.receivers.size > 0 || topics.get(name) !== topic) return;
          topics.delete(name);
          await subscriber.unsubscribe(channelOf(name)).catch(() => {});
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
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

interface Topic {
  receivers: Set<(payload: string) => void>;
  active: Promise<void>;
  activate: () => void;
}

function createTopic(): Topic {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { receivers: new Set(), active: promise, activate: resolve };
}
