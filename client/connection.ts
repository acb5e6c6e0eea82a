import type { ClientFrame, ServerFrame } from '../functions/chat/frames.ts';

export interface ConnectionHandlers {
  onFrame(frame: ServerFrame): void;
  /** Called once, whoever ended it; 1006 where the connection fell silent. `opened`: whether the server ever took it. */
  onClose(code: number, opened: boolean): void;
}

export interface Timeouts {
  /** Silence after which the server is asked whether it is there, in milliseconds. */
  silenceMs: number;
  /** How long any answer may take, in milliseconds. */
  answerMs: number;
}

/** Ids are plain strings to a client. */
type WithPlainIds<Frame> = Frame extends { room: string }
  ? Omit<Frame, 'room' | 'files'> & { room: string } & ('files' extends keyof Frame
        ? { files?: readonly string[] | undefined }
        : unknown)
  : Frame;
export type OutgoingFrame = WithPlainIds<ClientFrame>;

/**
 * One socket, from its opening to its end. The token travels with the upgrade, in a subprotocol entry, where no address and
 * no log shows it: so the server knows at once whose connection it is, and the edge gives it to the account's own object. A browser shows no pings, so a connection that fell silent is asked for an
 * answer by a frame, and given up when none comes.
 */
export class Connection {
  readonly #socket: WebSocket;
  readonly #handlers: ConnectionHandlers;
  readonly #timeouts: Timeouts;
  #opened = false;
  #ended = false;
  #expecting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string | URL, token: string, timeouts: Timeouts, handlers: ConnectionHandlers) {
    this.#timeouts = timeouts;
    this.#handlers = handlers;
    this.#socket = new WebSocket(url, ['kingbus.v1', `bearer.${token}`]);
    this.#socket.addEventListener('open', () => (this.#opened = true));
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    this.#socket.addEventListener('close', ({ code }) => this.#end(code));
    this.#socket.addEventListener('error', () => this.#end(1006));
    this.expectAnswer();
  }

  /** Gives false where the socket is not open. */
  send(frame: OutgoingFrame): boolean {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Presents another token, before the one that it came with ends. */
  renew(token: string): void {
    this.send({ type: 'auth', token });
    this.expectAnswer();
  }

  /** Asks whether the server is still there. */
  probe(): void {
    if (this.send({ type: 'ping' })) this.expectAnswer();
  }

  /** Something has to arrive in time, or the connection is given up. */
  expectAnswer(): void {
    if (this.#ended || this.#expecting) return;
    this.#expecting = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#socket.close();
      // Where the network is gone, the close event comes late or never.
      this.#end(1006);
    }, this.#timeouts.answerMs);
  }

  close(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket.close(1000);
  }

  #receive(data: unknown): void {
    if (this.#ended || typeof data !== 'string') return;
    this.#expecting = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.probe(), this.#timeouts.silenceMs);
    const frame = frameIn(data);
    if (frame) this.#handlers.onFrame(frame);
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#handlers.onClose(code, this.#opened);
  }
}

/** What is no frame is passed over, like one of an unknown type: a message that was meant by it shows as a gap. */
function frameIn(text: string): ServerFrame | undefined {
  try {
    const value = Object(JSON.parse(text)) as Partial<ServerFrame>;
    return typeof value.type === 'string' ? (value as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
