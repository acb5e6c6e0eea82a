import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import type { Pass, Stand } from './passes.ts';

export interface ConnectionOptions {
  name: string;
  origin: string;
  pass: Pass;
  token: string;
  /** How it says who it is: 0 as an entry of the subprotocols, 1 in a header, 2 in its first frame. */
  way: number;
  /** How its account stood when it began. */
  before: Stand;
  /** How far it was known to have read its rooms. */
  marksBefore: ReadonlyMap<number, number>;
  /** How long it may take until it is ready, in milliseconds. */
  readyWithin: number;
  onFrame(frame: ServerFrame, connection: Connection): void;
  /** The upgrade was answered with this status. */
  onAnswer(status: number | undefined): void;
}

/** One WebSocket of one session, from its opening to its end. */
export class Connection {
  readonly name: string;
  readonly origin: string;
  readonly pass: Pass;
  readonly before: Stand;
  readonly marksBefore: ReadonlyMap<number, number>;
  /** Its session had ended before it began: it must never be ready. */
  readonly isForbidden: boolean;
  /** It has presented the token of a session that has ended, which must not be taken. */
  awaitsRefusal = false;
  isReady = false;
  /** It has presented a good token, and was not answered. */
  isRenewing = false;
  /** When it was given its newest token, in milliseconds of `performance.now()`. */
  tokenSince = performance.now();
  /** An acknowledged entry that was sent again with another text. */
  misused: string | undefined;
  /** How many answers are owed for an id. */
  readonly owed = new Map<string, number>();
  /** Resolves with the close code; 0 where the upgrade was refused. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #readyTimer: NodeJS.Timeout;
  #raw: Socket | undefined;

  constructor(options: ConnectionOptions) {
    const { name, origin, pass, token, way, before, marksBefore, readyWithin, onFrame, onAnswer } = options;
    [this.name, this.origin, this.pass] = [name, origin, pass];
    [this.before, this.marksBefore] = [before, marksBefore];
    this.isForbidden = pass.endedAt !== undefined;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.closed = promise;
    const socket = new WebSocket(
      `${origin.replace('http', 'ws')}/ws`,
      way === 0 ? ['kingbus.v1', `bearer.${token}`] : ['kingbus.v1'],
      {
        handshakeTimeout: 3_000,
        perMessageDeflate: false,
        ...(way === 1 && { headers: { Authorization: `Bearer ${token}` } }),
      },
    );
    this.#socket = socket;
    this.#readyTimer = setTimeout(() => socket.terminate(), readyWithin);
    socket.on('upgrade', ({ socket: raw }) => (this.#raw = raw));
    socket.on('open', () => {
      if (way === 2) this.send({ type: 'auth', token });
    });
    socket.on('message', (data: Buffer) => onFrame(JSON.parse(data.toString()) as ServerFrame, this));
    socket.on('error', () => {});
    socket.on('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      onAnswer(statusCode);
      this.#close();
      resolve(0);
    });
    socket.on('close', (code) => {
      this.#close();
      resolve(code);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN || this.#socket.readyState === WebSocket.CLOSING;
  }

  ready(): void {
    clearTimeout(this.#readyTimer);
    this.isReady = true;
  }

  send(frame: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame), () => {});
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Ends in the middle of a frame. */
  tear(): void {
    // A masked text frame that says it is 4096 bytes long, and ends here.
    this.#raw?.write(Buffer.from([0x81, 0xfe, 0x10, 0x00, 1, 2, 3, 4, 5, 6, 7]));
    this.#raw?.resetAndDestroy();
  }

  /** Takes nothing for so many milliseconds. */
  stall(ms: number): void {
    this.#socket.pause();
    setTimeout(() => this.#socket.resume(), ms);
  }

  owe(id: string): void {
    this.owed.set(id, (this.owed.get(id) ?? 0) + 1);
  }

  settle(id: string): void {
    const owed = this.owed.get(id) ?? 0;
    if (owed > 1) this.owed.set(id, owed - 1);
    else this.owed.delete(id);
  }

  #close(): void {
    clearTimeout(this.#readyTimer);
    this.isReady = false;
  }
}
