import { exports } from 'cloudflare:workers';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import type { Person } from './people.ts';

type Type = ServerFrame['type'];
type Frame<Name extends Type> = Extract<ServerFrame, { type: Name }>;

/** A connection from inside of workerd, which keeps every frame in order. */
export class ChatClient {
  readonly frames: ServerFrame[] = [];
  closed: { code: number } | undefined;
  readonly #socket: WebSocket;
  readonly #taken = new Map<Type, number>();
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener('message', ({ data }) => {
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
      this.#wake();
    });
    socket.addEventListener('close', ({ code }) => {
      this.closed = { code };
      this.#wake();
    });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame of a type that no earlier call took. */
  async next<Name extends Type>(type: Name): Promise<Frame<Name>> {
    for (;;) {
      const from = this.#taken.get(type) ?? 0;
      const index = this.frames.findIndex((frame, position) => position >= from && frame.type === type);
      if (index !== -1) {
        this.#taken.set(type, index + 1);
        return this.frames[index] as Frame<Name>;
      }
      if (this.closed) throw new Error(`closed with ${this.closed.code} while waiting for ${type}`);
      await this.#event();
    }
  }

  async end(): Promise<number> {
    while (this.closed === undefined) await this.#event();
    return this.closed.code;
  }

  all<Name extends Type>(type: Name): Frame<Name>[] {
    return this.frames.filter((frame): frame is Frame<Name> => frame.type === type);
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.end();
  }

  #event(): Promise<void> {
    return new Promise((resolve) => void (this.#wake = resolve));
  }
}

/** A person's connection, ready, and syncing from the cursors unless that is left to the caller. */
export async function connect(person: Person, cursors: Record<string, number> | 'not yet' = {}): Promise<ChatClient> {
  const response = await exports.default.fetch('http://kingbus.test/ws', {
    headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `kingbus.v1, bearer.${person.token}` },
  });
  if (response.webSocket === null) throw new Error(`refused: ${response.status}`);
  const client = new ChatClient(response.webSocket);
  await client.next('ready');
  if (cursors !== 'not yet') client.send({ type: 'sync', rooms: cursors });
  return client;
}
