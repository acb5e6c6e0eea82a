import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import { line, withoutSecrets } from './transcript.ts';
import type { Print } from './transcript.ts';

type Frame<Type> = Extract<ServerFrame, { type: Type }>;

/** How long an answer may take before the demonstration gives up, in milliseconds. */
const patience = 15_000;

/** Someone who plays in the demonstration, through the public address: HTTP calls and one chat connection. */
export class Actor {
  readonly name: string;
  readonly #origin: string;
  readonly #print: Print;
  #token: string | undefined;
  #socket: WebSocket | undefined;
  readonly #frames: ServerFrame[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(name: string, origin: string, print: Print) {
    this.name = name;
    this.#origin = origin;
    this.#print = print;
  }

  async logIn(username: string, password: string) {
    const session = await this.call<{ accessToken: string; account: { id: string } }>('POST', '/v1/sessions', {
      username,
      password,
    });
    this.#token = session.accessToken;
    return session;
  }

  /** One HTTP call; anything but a 2xx ends the demonstration. */
  call<Body>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
    return this.#ask(method, path, {
      told: body === undefined ? '' : show(body),
      body: json,
      headers: { ...type, ...headers },
    });
  }

  /** Sends a file, as a form does. */
  send(purpose: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ id: string }> {
    const form = new FormData();
    form.append('purpose', purpose);
    form.append('file', new Blob([bytes]), name);
    return this.#ask('POST', '/v1/files', { told: `(${purpose}: ${name}, ${bytes.length} bytes)`, body: form });
  }

  /** The bytes of a file, as text in which each byte is a character. */
  async download(path: string): Promise<string> {
    const response = await fetch(new URL(path, this.#origin), { signal: AbortSignal.timeout(patience) });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get('Content-Type');
    line(this.#print, this.name, '→', `GET ${path}`);
    line(this.#print, this.name, '←', `${response.status} ${type}, ${bytes.length} bytes`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return bytes.toString('latin1');
  }

  async #ask<Body>(
    method: string,
    path: string,
    { told, body, headers }: { told: string; body?: string | FormData | undefined; headers?: Record<string, string> },
  ): Promise<Body> {
    const authorization = this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` };
    const response = await fetch(this.#origin + path, {
      method,
      headers: { ...authorization, ...headers },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    line(this.#print, this.name, '→', `${method} ${path}${told === '' ? '' : ` ${told}`}`);
    line(this.#print, this.name, '←', `${response.status} ${text.startsWith('{') ? show(JSON.parse(text)) : ''}`);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  /** Opens the chat and asks for everything new from now on. */
  async connect(): Promise<Frame<'ready'>> {
    const socket = new WebSocket(`${this.#origin.replace(/^http/u, 'ws')}/ws`, ['kingbus.v1'], {
      headers: { Authorization: `Bearer ${this.#token}` },
    });
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      line(this.#print, this.name, '⇐', text);
      this.#frames.push(JSON.parse(text) as ServerFrame);
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers<void>();
    });
    await once(socket, 'open', { signal: AbortSignal.timeout(patience) });
    const ready = await this.hear('ready');
    this.say({ type: 'sync', rooms: {} });
    return ready;
  }

  /** Sends a chat frame. */
  say(frame: object): void {
    const text = JSON.stringify(frame);
    line(this.#print, this.name, '⇒', text);
    this.#socket?.send(text);
  }

  /** The next frame of a type, which is taken. */
  async hear<Type extends ServerFrame['type']>(type: Type): Promise<Frame<Type>> {
    const timeout = AbortSignal.timeout(patience);
    for (;;) {
      const index = this.#frames.findIndex((frame) => frame.type === type);
      if (index !== -1) return this.#frames.splice(index, 1)[0] as Frame<Type>;
      if (timeout.aborted) throw new Error(`${this.name} waited in vain for a frame of type ${type}`);
      await Promise.race([this.#arrived.promise, once(timeout, 'abort')]);
    }
  }

  async leave(): Promise<void> {
    if (!this.#socket) return;
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

const show = (body: unknown): string => JSON.stringify(withoutSecrets(body));
