import type { WebSocket } from 'ws';
import type { ChatSocket, EncodeFrames, Frames } from '../../functions/chat/socket.ts';
import { encodeTextFrames } from './frames.ts';
import { canWriteBeneath, connectionOf } from './ws-internals.ts';

export interface NodeSockets {
  encode: EncodeFrames;
  /** @param due what `wakeAt` calls */
  open: (socket: WebSocket, due?: () => void) => ChatSocket;
}

/**
 * The sockets of one process. Frames are made once and written beneath `ws`. In each turn of the event loop a socket's
 * first frames are written at once, and what follows them in one piece at the end of the turn: an idle process adds no
 * delay, and a busy one writes the more together the longer its turns are. Where the installed `ws` is not the known one,
 * its public `send` does the same, only dearer.
 */
export function createNodeSockets(beneath: boolean = canWriteBeneath()): NodeSockets {
  if (!beneath) return { encode: (texts) => texts, open: (socket, due) => new PlainSocket(socket, due) };
  const turns = new Turns();
  return { encode: encodeTextFrames, open: (socket, due) => new DirectSocket(socket, turns, due) };
}

/** How often a full buffer is looked at, in milliseconds: `ws` has no event for it. */
const drainPoll = 50;

class PlainSocket implements ChatSocket {
  protected readonly socket: WebSocket;
  readonly #due: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocket, due: () => void = () => {}) {
    this.socket = socket;
    this.#due = due;
  }

  send(text: string): boolean {
    this.socket.send(text, ignoreFailure);
    return this.socket.bufferedAmount === 0;
  }

  sendFrames(frames: Frames): boolean {
    for (const text of frames as readonly string[]) this.send(text);
    return this.socket.bufferedAmount === 0;
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

  wakeAt(time: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer =
      time === undefined ? undefined : setTimeout(this.#due, Math.min(Math.max(0, time - Date.now()), longestTimerMs));
  }
}

/** A timer that is set to more rings at once. The session, waked before its time, asks again. */
const longestTimerMs = 2 ** 31 - 1;

/** A frame for a connection that has just closed is lost like one on the way: the log has it. */
function ignoreFailure(): void {}

class DirectSocket extends PlainSocket {
  readonly #turns: Turns;
  /** The turn in which something was last written. */
  #wroteIn = -1;
  /** What waits for the end of that turn. */
  #waiting: Uint8Array[] | undefined;
  #waitingBytes = 0;

  constructor(socket: WebSocket, turns: Turns, due?: () => void) {
    super(socket, due);
    this.#turns = turns;
  }

  override send(text: string): boolean {
    return this.sendFrames(encodeTextFrames([text]));
  }

  override sendFrames(frames: Frames): boolean {
    const bytes = frames as Uint8Array;
    const turn = this.#turns.current();
    if (this.#wroteIn !== turn) {
      this.#wroteIn = turn;
      return this.#write(bytes);
    }
    this.#waitingBytes += bytes.length;
    if (this.#waiting === undefined) {
      this.#waiting = [bytes];
      this.#turns.atEnd(this);
    } else {
      this.#waiting.push(bytes);
    }
    return false;
  }

  override close(code: number, reason: string): void {
    this.flush();
    super.close(code, reason);
  }

  override bufferedBytes(): number {
    return this.socket.bufferedAmount + this.#waitingBytes;
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    this.#write(waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting));
  }

  #write(bytes: Uint8Array): boolean {
    const connection = connectionOf(this.socket);
    if (connection !== undefined) return connection.write(bytes);
    // Open, yet busy with what nobody here gave it: cut it, and the client resumes without a loss.
    if (this.socket.readyState === this.socket.OPEN) this.socket.terminate();
    return false;
  }
}

/** Counts the turns of the event loop in which something is written, and lets sockets write once more at their ends. */
class Turns {
  #turn = 0;
  #begun = false;
  #waiting: DirectSocket[] = [];
  readonly #end = () => {
    this.#begun = false;
    this.#turn++;
    const sockets = this.#waiting;
    if (sockets.length === 0) return;
    this.#waiting = [];
    for (const socket of sockets) socket.flush();
  };

  current(): number {
    if (!this.#begun) {
      this.#begun = true;
      setImmediate(this.#end);
    }
    return this.#turn;
  }

  atEnd(socket: DirectSocket): void {
    this.#waiting.push(socket);
  }
}
