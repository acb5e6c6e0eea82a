import type { NewMessage } from '../../db/append-messages.ts';
import type { ProblemCode } from '../../functions/http/problems.ts';
import type { Appended, Seen } from '../../functions/ports.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';

// What the Durable Objects may be asked from outside. Whoever calls one names these interfaces and not its class, so that
// the classes may use the callers without a circle.

/** A hint on its way to an inbox. */
export type Envelope = [topic: string, payload: string];

/** An account's inbox (inbox.ts), named by the account's id. */
export interface InboxCalls extends Rpc.DurableObjectBranded {
  /** Takes an upgrade request, made by inbox-upgrade.ts. */
  fetch(request: Request): Promise<Response>;
  /** Hints of the account's topic and of its rooms', in the order of their publication. False where the account has no socket. */
  deliver(envelopes: Envelope[]): boolean;
  /** Compares all rooms with MariaDB: hints may have been lost. False where the account has no socket. */
  catchUp(): Promise<boolean>;
  /** Whether the account is connected here, and when its last connection closed. */
  presence(): Seen;
}

/** A room (room.ts), named by its id. */
export interface RoomCalls extends Rpc.DurableObjectBranded {
  /** Adds to the log; resolves after the commit. A Problem comes back as its code: errors lose their kind on the way. */
  append(roomId: RoomId, message: NewMessage): Promise<Appended | { problem: ProblemCode }>;
}

/** The bridge to Redis (bridge.ts): one object for all. */
export interface BridgeCalls extends Rpc.DurableObjectBranded {
  /** Publishes on Redis for processes on Node; gives for each whether Redis took it. */
  publish(envelopes: Envelope[]): Promise<boolean[]>;
  /** The account is connected; resolves when its inbox will hear what is published on these topics. */
  subscribeFor(accountId: AccountId, topics: string[]): Promise<void>;
  /** The account is connected here no more. Gives whether it is elsewhere. */
  leave(accountId: AccountId): Promise<boolean>;
  /** Who is connected, on Node or here. */
  presenceOf(accountIds: AccountId[]): Promise<(Seen | undefined)[]>;
}
