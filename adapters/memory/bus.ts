import type { Bus, Log } from '../../functions/ports.ts';
import { Receivers } from '../shared/receivers.ts';

/** A bus within one process. Payloads arrive after the publisher's turn, as they would over a network. */
export function createMemoryBus(log: Pick<Log, 'error'>): Bus {
  const receivers = new Receivers(log);
  return {
    publish(topic, payload) {
      queueMicrotask(() => receivers.deliver(topic, payload));
      return Promise.resolve(true);
    },
    async subscribe(topic, receive) {
      const remove = receivers.add(topic, receive);
      return { unsubscribe: async () => void remove() };
    },
    onGap() {},
    healthy: () => true,
  };
}
