import type { Rate } from './pace.ts';

/** The bounds that an installation may set, each for one process (docs/operations.md). */
export interface ChatLimits {
  /** Frames of one account, over all of its connections, and those of them that name one room. */
  accountRate: Rate;
  roomRate: Rate;
  /** Connections at once. */
  sockets: number;
  socketsPerAccount: number;
  /** How long a connection with a full buffer may take nothing, in milliseconds. */
  stalledMs: number;
  /** How long a process is believed to hold its connections after it last said so, in milliseconds. The same for all processes. */
  presenceMs: number;
}

export const defaultChatLimits: ChatLimits = {
  accountRate: { burst: 200, perSecond: 50 },
  roomRate: { burst: 100, perSecond: 25 },
  sockets: 20_000,
  socketsPerAccount: 20,
  stalledMs: 10_000,
  presenceMs: 60_000,
};

/** Every other bound of the chat in one place. Bytes, counts, and milliseconds. */
export const limits = {
  /** The largest frame a client may send, in bytes. */
  frameBytes: 16 * 1024,
  /** How long a socket may stay without authentication. */
  authenticationMs: 5_000,
  /** After how long a connection that has not synced is idle: the first to be ended where an account has too many. */
  idleMs: 10_000,
  /** Frames of one connection that may wait while it is being attached. */
  waitingFrames: 64,
  /** Messages of one connection that may wait for their commit. */
  pendingSends: 256,
  /** Frames that make no sense before the connection is closed. */
  malformedFrames: 20,
  /** Frames that came too fast before the connection is closed. */
  refusedFrames: 1_000,
  /** What may wait in a socket's buffer before it gets no more live frames, and is refilled from the log instead. */
  bufferedBytes: 256 * 1024,
  /** What may wait in it at all: whoever asks so much and takes so little is sent away. */
  closeBytes: 1024 * 1024,
  /** Characters of consecutive messages that are written in one piece. */
  pieceLength: 16 * 1024,
  /** Messages read at once to fill a gap. */
  pageSize: 200,
  /** Rooms, sessions or accounts that are compared with one statement. */
  sweepIds: 1_000,
  /** How often rooms and sessions are compared with MariaDB, while hints travel and while they do not. */
  sweepMs: 1_000,
  sweepWithoutBusMs: 350,
  /** How often in `presenceMs` a process says who is here, and looks whether those are here whom its connections were told of. */
  presenceBeats: 3,
  presenceLooks: 6,
  /** How long one who is away may still have been seen here, and is looked for where only its process stood still. */
  presenceMemoryMs: 300_000,
  /** The pause before a failed read is tried again. */
  retryMs: 250,
} as const;
