import { DurableObject } from 'cloudflare:workers';

export { Bridge, Inbox, Room, default } from '../../../adapters/edge/worker.ts';

/** A Counter that is never well. */
export class Counter extends DurableObject<Env> {
  take(): never {
    throw new Error('this counter fails');
  }

  giveBack(): never {
    throw new Error('this counter fails');
  }
}
