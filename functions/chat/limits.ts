/** Every bound of the chat in one place. Bytes, counts, and milliseconds. */
export const limits = {
  /** The largest frame a client may send, in bytes. */
  frameBytes: 16 * 1024,
  /** How long a socket may stay without authentication. */
  authenticationMs: 5_000,
  /** Frames of one connection that may wait while it is being attached. */
  waitingFrames: 64,
  /** Messages of one connection that may wait for their commit. */
  pendingSends: 256,
  /** Frames that make no sense before the connection is closed. */
  malformedFrames: 20,
  /** What may wait in a socket's buffer before it gets no more live frames, and is refilled from the log instead. */
  bufferedBytes: 256 * 1024,
  /** Messages read at once to fill a gap. */
  pageSize: 200,
  /** Rooms whose heads are compared with one statement. */
  sweepRooms: 1_000,
  /** How often heads are compared with MariaDB, while hints travel and while they do not. */
  sweepMs: 1_000,
  sweepWithoutBusMs: 400,
  /** The pause before a failed read is tried again. */
  retryMs: 250,
} as const;
