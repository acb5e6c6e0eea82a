import type { Bus, Subscription } from '../../functions/ports.ts';

/** A bus within one process. Payloads arrive after the publisher's turn, as they would over a network. */
export function createMemoryBus(): Bus {
  const topics = new Map<string, Set<(payload: string) => void>>();
  return {
    publish(topic, payload) {
      queueMicrotask(() => {
        for (const receive of topics.get(topic) ?? []) receive(payload);
      });
      return Promise.resolve();
    },
    subscribe(topic, receive): Promise<Subscription> {
      // A wrapper of its own, so that one function subscribed twice is two subscriptions.
      const receiver = (payload: string) => receive(payload);
      let receivers = topics.get(topic);
      if (!receivers) topics.set(topic, (receivers = new Set()));
      receivers.add(receiver);
      return Promise.resolve({
        unsubscribe() {
          receivers.delete(receiver);
          if (receivers.size === 0 && topics.get(topic) === receivers) topics.delete(topic);
          return Promise.resolve();
        },
      });
    },
    onGap() {},
    healthy: () => true,
  };
}
