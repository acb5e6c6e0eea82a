import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';
import type { Log } from '../../functions/ports.ts';
import { addressOf, openCluster, openServer } from './connection.ts';
import type { PubSub } from './pub-sub-port.ts';
import { createShardedPubSub } from './sharded-pub-sub.ts';

export function openPubSub(url: string, log: Log): PubSub {
  const address = addressOf(url);
  if (address.kind === 'cluster') return createShardedPubSub(openCluster(address, log, 'bus'));
  return createPubSub(
    openServer(address, log, 'publisher'),
    openServer(address, log, 'subscriber', { autoResubscribe: false }),
  );
}

/** One server, with a connection that publishes and one that subscribes. */
function createPubSub(publisher: Redis, subscriber: Redis): PubSub {
  return {
    places: 1,
    publish: together(publisher),
    subscribe: (channels) => subscriber.subscribe(...channels),
    unsubscribe: (channel) => subscriber.unsubscribe(channel),
    onMessage: (listener) => void subscriber.on('message', listener),
    onReady: (listener) => void subscriber.on('ready', listener),
    onAway: (listener) => void subscriber.on('close', listener),
    ready: () => publisher.status === 'ready' && subscriber.status === 'ready',
    canPublish: () => publisher.status === 'ready',
    reconnectSubscriber: () => reconnect(subscriber),
    // Either connection may be the dead one.
    reconnect: () => [publisher, subscriber].forEach(reconnect),
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** What is published in one turn of the event loop goes out as one write: a transaction tells of many rooms. */
function together(publisher: Redis): PubSub['publish'] {
  let held: Duplex | undefined;
  return (channel, message) => {
    // ioredis has one only while it is connected, and another each time.
    const { stream } = publisher as unknown as { stream?: Duplex };
    if (stream !== undefined && held !== stream) {
      held = stream;
      stream.cork();
      process.nextTick(() => {
        stream.uncork();
        if (held === stream) held = undefined;
      });
    }
    return publisher.publish(channel, message);
  };
}

/** One that is not ready comes back by itself. */
function reconnect(redis: Redis): void {
  if (redis.status === 'ready') redis.disconnect(true);
}
