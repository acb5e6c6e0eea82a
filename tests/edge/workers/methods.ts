import type { Limit, Limiter, Presence } from '../../../functions/ports.ts';

/** What a test may call of tests/edge/workers/ports.ts: the ports of a request. */
export interface PortMethods {
  take(key: string, limit: Limit): ReturnType<Limiter['take']>;
  presenceOf: Presence['of'];
  /** One request publishes all of them, in this order. Gives for each whether it has arrived. */
  publish(envelopes: [topic: string, payload: string][]): Promise<boolean[]>;
}
