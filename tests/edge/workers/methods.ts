import type { NewMessage } from '../../../db/append-messages.ts';
import type { Appended, Limit, Limiter, Presence } from '../../../functions/ports.ts';
import type { RoomId } from '../../../schema/ids.ts';

/** What a test may call of tests/edge/workers/ports.ts: the ports of a request. */
export interface PortMethods {
  take(key: string, limit: Limit): ReturnType<Limiter['take']>;
  giveBack: Limiter['giveBack'];
  presenceOf: Presence['of'];
  /** One request appends these, in this order. A problem comes back as its code: errors lose their kind on the way. */
  append(roomId: RoomId, sent: NewMessage[]): Promise<(Appended | { problem: string })[]>;
  /** One request publishes all of them, in this order. Gives for each whether it has arrived. */
  publish(envelopes: [topic: string, payload: string][]): Promise<boolean[]>;
}
