import type { WebSocket } from 'ws';
import type { ChatSocket, EncodeFrames, Frames } from '../../functions/chat/socket.ts';
import { encodeTextFrames } from './frames.ts';
import { canWriteBeneath, connectionOf } from './ws-internals.ts';

export interface NodeSockets {
  encode: EncodeFrames;
  open: (socket: WebSocket) => ChatSocket;
}

/**
 * The sockets of one process. Frames are made once and written beneath `ws`; what one socket gets in a turn of the event
 * loop is written at the end of that turn, in one piece: at once while there is little to do, and the more together the
 * busier the process is. Where the installed `ws` is not the known one, its public `send` does the same, only dearer.
 */
export function createNodeSockets(beneath: boolean = canWriteBeneath()): NodeSockets {
  if (!beneath) return { encode: (texts) => texts, open: (socket) => new PlainSocket(socket) };
  const outbox = new Outbox();
  return { encode: encodeTextFrames, open: (socket) => new DirectSocket(socket, outbox) };
}

/** How often a full buffer is looked at, in milliseconds: `ws` has no event for it. */
const drainPoll = 50;

class PlainSocket implements ChatSocket {
  protected readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  send(text: string): void {
    this.socket.send(text, ignoreFailure);
  }

  sendFrames(frames: Frames): void {
    for (const text of frames as readonly string[]) this.send(text);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  async drained(): Promise<void> {
    const full = this.bufferedBytes();
    const waits = () => this.socket.readyState === this.socket.OPEN && full > 0 && this.bufferedBytes() >= full;
    while (waits()) {
      await new Promise((resolve) => void setTimeout(resolve, drainPoll));
    }
  }
}

/** A frame for a connection that has just closed is lost like one on the way: the log has it. */
function ignoreFailure(): void {}

class DirectSocket extends PlainSocket {
  readonly #outbox: Outbox;
  /** What waits for the end of the turn; nearly always one piece, so that a list is made only for a second. */
  #first: Uint8Array | undefined;
  #more: Uint8Array[] | undefined;
  #waitingBytes = 0;

  constructor(socket: WebSocket, outbox: Outbox) {
    super(socket);
    this.#outbox = outbox;
  }

  override send(text: string): void {
    this.sendFrames(encodeTextFrames([text]));
  }

  override sendFrames(frames: Frames): void {
    const bytes = frames as Uint8Array;
    this.#waitingBytes += bytes.length;
    if (this.#first === undefined) {
      this.#first = bytes;
      this.#outbox.add(this);
    } else {
      (this.#more ??= []).push(bytes);
    }
  }

  override close(code: number, reason: string): void {
    this.flush();
    super.close(code, reason);
  }

  override bufferedBytes(): number {
    return this.socket.bufferedAmount + this.#waitingBytes;
  }

  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    const bytes = this.#more === undefined ? first : Buffer.concat([first, ...this.#more]);
    this.#first = undefined;
    this.#more = undefined;
    this.#waitingBytes = 0;
    const connection = connectionOf(this.socket);
    if (connection !== undefined) connection.write(bytes);
    // Open, yet busy with what nobody here gave it: cut it, and the client resumes without a loss.
    else if (this.socket.readyState === this.socket.OPEN) this.socket.terminate();
  }
}

/** The sockets that have something to write at the end of this turn of the event loop. */
class Outbox {
  #sockets: DirectSocket[] = [];
  readonly #flush = () => {
    const sockets = this.#sockets;
    this.#sockets = [];
    for (const socket of sockets) socket.flush();
  };

  add(socket: DirectSocket): void {
    if (this.#sockets.push(socket) === 1) setImmediate(this.#flush);
  }
}
