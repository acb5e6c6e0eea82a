import { once } from 'node:events';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import type { ServerFrame } from '../../../functions/chat/frames.ts';
import type { Person } from '../people/people.ts';

type Type = ServerFrame['type'];
type Frame<Name extends Type> = Extract<ServerFrame, { type: Name }>;

/** The address of the nth chat process's `/ws`. */
export const chatUrl = (process = 0): string => chatUrlOf(inject('chatOrigins')[process] ?? '');

/** The address of the `/ws` of a process that a test started itself. */
export const chatUrlOf = (origin: string): string => `${origin.replace('http', 'ws')}/ws`;

/** A chat connection that keeps every frame in order, and lets a test wait for the next one of a type. */
export class ChatClient {
  readonly socket: WebSocket;
  /** Every frame that came, in order. */
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #taken = new Map<Type, number>();
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as ServerFrame);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    socket.on('error', () => {});
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame of a type that no earlier call took. Rejects when the connection closes first. */
  async next<Name extends Type>(type: Name): Promise<Frame<Name>> {
    for (;;) {
      const from = this.#taken.get(type) ?? 0;
      const index = this.frames.findIndex((frame, position) => position >= from && frame.type === type);
      if (index !== -1) {
        this.#taken.set(type, index + 1);
        return this.frames[index] as Frame<Name>;
      }
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`closed while waiting for ${type}; got ${JSON.stringify(this.frames)}`);
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** All frames of a type so far. */
  all<Name extends Type>(type: Name): Frame<Name>[] {
    return this.frames.filter((frame): frame is Frame<Name> => frame.type === type);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Opens a socket and waits until it is open; rejects with the status where the upgrade was refused. */
export async function openSocket(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<ChatClient> {
  const socket = new WebSocket(url, protocols, options);
  const client = new ChatClient(socket);
  await Promise.race([
    once(socket, 'open'),
    once(socket, 'unexpected-response').then(([request, response]) => {
      request.destroy();
      throw new Error(`refused: ${response.statusCode}`);
    }),
  ]);
  return client;
}

/** A person's connection to the nth chat process, ready, and syncing from the given cursors (rooms not named: live). */
export async function connectChat(
  person: Person,
  process = 0,
  cursors: Record<string, number> = {},
): Promise<ChatClient> {
  return connectTo(chatUrl(process), person, cursors);
}

/** The same to any address, with the options of `ws`. */
export async function connectTo(
  url: string,
  person: Person,
  cursors: Record<string, number> = {},
  options: ClientOptions = {},
): Promise<ChatClient> {
  const client = await openSocket(url, ['kingbus.v1', `bearer.${person.token}`], options);
  await client.next('ready');
  client.send({ type: 'sync', rooms: cursors });
  return client;
}
