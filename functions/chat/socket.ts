/** A WebSocket as the chat needs it: what each runtime's adapter supplies. No method throws, also after the close. */
export interface ChatSocket {
  /** Sends one text frame. True while the buffer is certainly not full; else `bufferedBytes` knows. */
  send(text: string): boolean;
  /** The same with what this runtime's `EncodeFrames` made; in order with `send`. */
  sendFrames(frames: Frames): boolean;
  close(code: number, reason: string): void;
  /** Bytes accepted by `send` that have not left the process. A runtime that cannot tell says 0. */
  bufferedBytes(): number;
  /** Resolves when something left the buffer, or the socket closed. */
  drained(): Promise<void>;
  /**
   * Has the session's `due` called once `time` (milliseconds since 1970) has come; undefined: never. A later call replaces
   * an earlier one. A runtime that forgets idle connections (a hibernating Durable Object) keeps it all the same.
   */
  wakeAt(time: number | undefined): void;
}

/**
 * Consecutive text frames that many sockets get, made once for all of them: their texts, or, where the runtime lets sockets
 * share more than that, their bytes on the wire.
 */
export type Frames = readonly string[] | Uint8Array;
export type EncodeFrames = (texts: readonly string[]) => Frames;
