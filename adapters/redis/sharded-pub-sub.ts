import type { Cluster } from 'ioredis';
import type { PubSub } from './pub-sub-port.ts';

/** The pause before everything is subscribed again, in milliseconds, where one of the servers would not. */
const retryMs = 250;

/**
 * Sharded pub/sub (Redis 7): a channel belongs to a slot, and only the servers of that slot hear of it, so that more
 * servers carry more hints. ioredis finds the servers anew when slots move or a server is replaced; after that everything
 * is subscribed again, because what it subscribes again by itself it does without a word.
 */
export function createShardedPubSub(cluster: Cluster): PubSub {
  const readyListeners: (() => void)[] = [];
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const announceReady = async () => {
    clearTimeout(retry);
    // Before it is ready ioredis asks one of the nodes whether the cluster is well, and one that we made connect, but that
    // is not there yet, would count as a cluster that is away: again and again, until it asks another one by chance.
    if (cluster.status !== 'ready') return;
    // A connection is made at its first command, and takes no second one until it stands.
    await Promise.allSettled(cluster.nodes('master').map((node) => node.ping()));
    if (cluster.status === 'ready') for (const listener of readyListeners) listener();
  };
  cluster.on('ready', () => void announceReady());
  cluster.on('subscribersReady', () => void announceReady());

  return {
    // Enough channels to have one on each server, almost surely, for a cluster of a few.
    places: 12,
    publish: (channel, message) => cluster.spublish(channel, message),
    // One command takes channels of one slot only.
    subscribe: (channels) => Promise.all(channels.map((channel) => cluster.ssubscribe(channel))),
    unsubscribe: (channel) => cluster.sunsubscribe(channel),
    onMessage: (listener) => void cluster.on('smessage', listener),
    onReady: (listener) => void readyListeners.push(listener),
    onAway(listener) {
      cluster.on('close', listener);
      cluster.on('-subscriber', listener);
    },
    ready: () => cluster.status === 'ready',
    canPublish: () => cluster.status === 'ready',
    reconnectSubscriber() {
      clearTimeout(retry);
      if (!closed) retry = setTimeout(() => void announceReady(), retryMs);
    },
    reconnect() {
      if (cluster.status === 'ready') cluster.disconnect(true);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      cluster.disconnect();
    },
  };
}
