import type { RoomId } from '../../schema/ids.ts';
import type { AccountHint } from '../events/topics.ts';
import type { Principal } from '../identity/principal.ts';
import type { closeCodes } from './close-codes.ts';
import type { FrameSink } from './frame-sink.ts';
import type { RoomFeed, Subscriber } from './room-feed.ts';

/** `unknown` until a token is there, `attaching` while its rooms are being opened (frames wait), then `ready`. */
export type ConnectionState = 'unknown' | 'attaching' | 'ready' | 'closed';

/** A room that a connection gets messages of. */
export interface RoomSubscription {
  feed: RoomFeed;
  subscriber: Subscriber;
}

/** One connection, as the hub of its process needs it. */
export interface Connection {
  readonly state: ConnectionState;
  /** Whose it is; undefined until a token said so. */
  readonly principal: Principal | undefined;
  readonly sink: FrameSink;
  readonly subscriptions: Map<RoomId, RoomSubscription>;
  /** Whether it has asked for nothing for so long that it may be a connection which broke as it was made. */
  readonly isIdle: boolean;
  /** A hint of its account's topic. */
  onHint(hint: AccountHint): void;
  /** Closes it with the code of this cause. */
  end(cause: keyof typeof closeCodes, reason: string): void;
}
