import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { ServerFrame } from '../../../functions/chat/frames.ts';

/** A chat server that says what a test tells it to, for what a real one does only by bad luck. */
export class ScriptedChat {
  readonly #server: WebSocketServer;
  readonly #peers = new Queue<Peer>();
  /** So many of the upgrades to come are answered with 503. */
  refusals = 0;

  static async start(): Promise<ScriptedChat> {
    let chat: ScriptedChat | undefined;
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'kingbus.v1',
      verifyClient: (_info, answer) => answer(chat === undefined || chat.refusals-- <= 0, 503),
    });
    await once(server, 'listening');
    return (chat = new ScriptedChat(server));
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, request) => {
      const [, token] = /bearer\.([^,]+)/u.exec(request.headers['sec-websocket-protocol'] ?? '') ?? [];
      this.#peers.push(new Peer(socket, token));
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection that comes. */
  accept(): Promise<Peer> {
    return this.#peers.take();
  }

  /** The next connection, authenticated; gives it with its token and what it asked to be resumed. */
  async welcome(
    rooms: { id: string; head: number; read: number }[] = [],
    { expiresAt = inTenMinutes(), epoch = 'first', account = 'me' } = {},
  ) {
    const peer = await this.greet(rooms, { expiresAt, epoch, account });
    const sync = await peer.hear();
    return { peer, token: peer.token, rooms: sync['rooms'] };
  }

  /** The next connection, authenticated; what it says then is the test's to take. */
  async greet(
    rooms: { id: string; head: number; read: number }[] = [],
    { expiresAt = inTenMinutes(), epoch = 'first', account = 'me' } = {},
  ): Promise<Peer> {
    const peer = await this.accept();
    peer.say({ type: 'ready', account, epoch, expiresAt, rooms });
    return peer;
  }

  stop(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}

export class Peer {
  /** What it came with. */
  readonly token: string | undefined;
  readonly #socket: WebSocket;
  readonly #heard = new Queue<Record<string, unknown>>();

  constructor(socket: WebSocket, token: string | undefined) {
    this.#socket = socket;
    this.token = token;
    socket.on('message', (data: Buffer) => this.#heard.push(JSON.parse(data.toString()) as Record<string, unknown>));
  }

  hear(): Promise<Record<string, unknown>> {
    return this.#heard.take();
  }

  /** How many frames came that nobody has taken. */
  get unheard(): number {
    return this.#heard.length;
  }

  say(frame: ServerFrame): void {
    this.sayText(JSON.stringify(frame));
  }

  sayText(text: string): void {
    this.#socket.send(text);
  }

  message(room: string, seq: number, more: { id?: string; from?: string } = {}): void {
    const at = new Date().toISOString();
    this.say({ type: 'message', room, seq, id: `id-${seq}`, from: 'them', kind: 'text', body: `${seq}`, at, ...more });
  }

  ack(room: string, id: unknown, seq: number): void {
    this.say({ type: 'ack', room, id: String(id), seq, at: new Date().toISOString() });
  }

  close(code: number): void {
    this.#socket.close(code);
  }
}

class Queue<Value> {
  readonly #values: Value[] = [];
  readonly #takers: ((value: Value) => void)[] = [];

  get length(): number {
    return this.#values.length;
  }

  push(value: Value): void {
    const taker = this.#takers.shift();
    if (taker) taker(value);
    else this.#values.push(value);
  }

  take(): Promise<Value> {
    const value = this.#values.shift();
    return value === undefined ? new Promise((resolve) => void this.#takers.push(resolve)) : Promise.resolve(value);
  }
}

const inTenMinutes = (): string => new Date(Date.now() + 600_000).toISOString();
