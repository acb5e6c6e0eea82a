import type { Outbox } from './outbox.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import type { View } from './view.ts';

/** Who a device is, and the books that are kept of it. */
export interface Books {
  readonly index: number;
  readonly account: number;
  readonly traffic: Traffic;
  readonly random: Random;
  readonly view: View;
  readonly outbox: Outbox;
}
