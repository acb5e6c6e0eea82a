import type { Delivery } from '../../functions/ports.ts';

/** The delivery of a process that ends at once and has no bus: what it records is delivered from the outbox, by those that run. */
export const leaveToOutbox: Delivery = {
  deliver() {},
  redeliver: () => Promise.resolve([]),
  settled: () => Promise.resolve(),
};
