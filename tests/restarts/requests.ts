import { randomUUID } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { validOrder } from '../support/people/orders.ts';

export interface RequestsReport {
  requests: number;
  /** Those that got no answer, or not the one that they should have got. */
  failed: string[];
  /** The longest wait for an answer, in milliseconds. */
  slowest: number;
  /** Trips that were acknowledged and are not there, or that are there and nobody acknowledged. */
  wrongTrips: string[];
}

/** Sends requests at a steady pace, reads and writes in turn, until `stop`, whatever becomes of those before. */
export class Requests {
  readonly #origin: URL;
  readonly #token: string;
  readonly #perSecond: number;
  readonly #atOnce: number;
  /** As browsers and programs do: connections are kept and used again. */
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #placed = new Set<string>();
  readonly #failed: string[] = [];
  readonly #under = new Set<Promise<void>>();
  #requests = 0;
  #slowest = 0;
  #over = false;
  readonly #running: Promise<void>;

  /** @param atOnce how many may wait for their answers; then the pace gives way */
  constructor(origin: string, token: string, perSecond: number, atOnce: number) {
    this.#origin = new URL(origin);
    const { Agent, request } = this.#origin.protocol === 'https:' ? https : http;
    this.#agent = new Agent({ keepAlive: true });
    this.#request = request;
    this.#token = token;
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#running = this.#run();
  }

  get answered(): number {
    return this.#requests - this.#under.size;
  }

  /** Sends no more, waits for all answers, and looks whether what was acknowledged is there, once. */
  async stop(): Promise<RequestsReport> {
    this.#over = true;
    await this.#running;
    await Promise.all(this.#under);
    const stored = await this.#stored();
    this.#agent.destroy();
    const lost = [...this.#placed].filter((id) => !stored.has(id)).map((id) => `${id} is lost`);
    const unasked = [...stored].filter((id) => !this.#placed.has(id)).map((id) => `${id} was not acknowledged`);
    return {
      requests: this.#requests,
      failed: this.#failed,
      slowest: Math.round(this.#slowest),
      wrongTrips: [...lost, ...unasked],
    };
  }

  async #run(): Promise<void> {
    const began = performance.now();
    for (let index = 0; !this.#over; index++) {
      const one = (index % 2 === 0 ? this.#read() : this.#write()).finally(() => this.#under.delete(one));
      this.#under.add(one);
      while (this.#under.size >= this.#atOnce) await Promise.race(this.#under);
      await delay(Math.max(0, began + ((index + 1) * 1000) / this.#perSecond - performance.now()));
    }
  }

  async #read(): Promise<void> {
    await this.#ask('GET', '/v1/me', 200);
  }

  async #write(): Promise<void> {
    const key = randomUUID();
    const answer = await this.#ask('POST', '/v1/orders', 201, validOrder({ remarks: key }), { 'Idempotency-Key': key });
    if (answer !== undefined) this.#placed.add((JSON.parse(answer) as { id: string }).id);
  }

  /** The body of the answer, if it is the one that was wanted. */
  async #ask(method: string, path: string, wanted: number, body?: unknown, headers?: Record<string, string>) {
    this.#requests++;
    const began = performance.now();
    try {
      const { status, answer } = await this.#send(method, path, body, headers);
      if (status === wanted) return answer;
      this.#failed.push(`${method} ${path}: ${status} ${answer.slice(0, 200)}`);
    } catch (error) {
      this.#failed.push(`${method} ${path}: ${String(error)}`);
    } finally {
      this.#slowest = Math.max(this.#slowest, performance.now() - began);
    }
    return undefined;
  }

  #send(method: string, path: string, body: unknown, headers = {}): Promise<{ status: number; answer: string }> {
    const sent = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      this.#request(
        new URL(path, this.#origin),
        {
          method,
          agent: this.#agent,
          headers: {
            Authorization: `Bearer ${this.#token}`,
            ...(body !== undefined && {
              'Content-Type': 'application/json',
              'Content-Length': Buffer.byteLength(sent),
            }),
            ...headers,
          },
        },
        (response) => {
          text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
        },
      )
        .on('error', reject)
        .end(sent);
    });
  }

  /** The trips that the product has of this customer. */
  async #stored(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (let cursor = ''; ;) {
      const path = `/v1/orders?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { status, answer } = await this.#send('GET', path, undefined);
      if (status !== 200) throw new Error(`${path}: ${status} ${answer}`);
      const page = JSON.parse(answer) as { items: { id: string }[]; nextCursor: string | null };
      for (const { id } of page.items) ids.add(id);
      if (page.nextCursor === null) return ids;
      cursor = page.nextCursor;
    }
  }
}
