import type { ServerFrame } from '../functions/chat/frames.ts';
import type { ChatError } from './chat-error.ts';
import type { CursorValues } from './cursors.ts';
import type { Acknowledgement, OutboxEntry } from './outbox.ts';

/** What a frame carries. */
export type Frame<Type extends ServerFrame['type']> = Omit<Extract<ServerFrame, { type: Type }>, 'type'>;
type PassedOn = 'read' | 'typing' | 'presence' | 'joined';

export type ChatMessage = Frame<'message'>;
export type ChatEvent = Extract<ServerFrame, { type: 'event' }>;

export type ChatState =
  | { name: 'idle' | 'connecting' | 'online' }
  /** Between two attempts; `retryAt` in milliseconds since 1970. */
  | { name: 'offline'; retryAt: number }
  /** For good: by `close()`, or because `error` leaves nothing to try. */
  | { name: 'closed'; error?: ChatError };

export interface ChatEvents extends Record<PassedOn, unknown> {
  /** Each entry of each room's log, in order, without a gap, once. What an edit or a deletion does to a view is the view's. */
  message: ChatMessage;
  /** A connection stands. `rooms` as the server has them, before what follows after the cursors. */
  ready: Frame<'ready'>;
  /**
   * The server's database was restored to an earlier state: what was shown may be there no longer, under the same sequences
   * other messages are. The cursors are forgotten; read anew what is shown. `ready` follows.
   */
  reset: { epoch: string };
  /** The same for one room, whose log is shorter than what was shown of it. Its messages go on from the log's end. */
  room_reset: { room: string };
  read: Frame<'read'>;
  typing: Frame<'typing'>;
  presence: Frame<'presence'>;
  joined: Frame<'joined'>;
  /** What happened in the marketplace: each once, by its id. */
  event: ChatEvent;
  /** The connection would have been another account's than `account`: the client is closed, and its outbox was not sent. */
  account_changed: { account: string };
  /** An entry of the outbox was acknowledged, or refused for good. */
  sent: Acknowledgement;
  refused: { entry: OutboxEntry; error: ChatError };
  state: ChatState;
  /** What the server complained about that belongs to no entry of the outbox. */
  error: ChatError;
}

interface ConnectionOptions {
  /** `wss://…/ws` */
  url: string | URL;
  /**
   * Gives an access token; with `fresh`, one that it has not given before. Rejecting with an error whose `code` is
   * `session_ended`, `unauthenticated`, `account_suspended` or `account_changed` ends the chat; any other rejection is tried
   * again.
   */
  token: (wanted: { fresh: boolean }) => Promise<string>;
  /** Pauses between attempts, in milliseconds: 500 to 30,000. */
  reconnect?: { fromMs: number; toMs: number };
  /** Silence after which the server is asked whether it is there (45,000), and how long an answer may take (15,000). */
  silenceMs?: number;
  answerMs?: number;
}

/** What an earlier client's `account`, `cursors`, `epoch` and `outbox` gave, to go on from there. */
interface KeptState {
  /** Whose connection it has to be. Without it, whoever the first connection belongs to. */
  account?: string | undefined;
  cursors?: CursorValues;
  epoch?: string | undefined;
}

/** An outbox belongs to the account that wrote it, so it comes with that account. */
export type ChatOptions = ConnectionOptions &
  KeptState &
  ({ account: string; outbox?: readonly OutboxEntry[] } | { outbox?: undefined });

export interface SendOptions {
  /** One's own id of the message, 1 to 64 visible ASCII characters; a random one where none is given. */
  id?: string;
  signal?: AbortSignal;
}
