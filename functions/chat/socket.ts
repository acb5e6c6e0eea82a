/** A WebSocket as the chat needs it: what each runtime's adapter supplies. No method throws, also after the close. */
export interface ChatSocket {
  send(frame: string): void;
  close(code: number, reason: string): void;
  /** Bytes accepted by `send` that have not left the process. A runtime that cannot tell says 0. */
  bufferedBytes(): number;
  /** Resolves when something left the buffer, or the socket closed. */
  drained(): Promise<void>;
}
