import { setTimeout as delay } from 'node:timers/promises';
import { ChatClient } from '../../client/chat.ts';
import type { ChatMessage } from '../../client/chat-types.ts';

export interface TalksReport {
  messages: number;
  reconnects: number;
  /** Messages that were acknowledged and that one of the two did not see once and in order. */
  wrong: string[];
  /** The longest wait for an acknowledgement, in milliseconds. */
  slowest: number;
}

/** Two people in a room, who both write all of the time, with the client that browsers have. */
export class Talk {
  readonly #room: string;
  readonly #sides: Side[];

  constructor(origin: string, room: string, tokens: readonly string[], perSecond: number) {
    this.#room = room;
    this.#sides = tokens.map((token, index) => new Side(origin, room, token, `${index}`, perSecond));
  }

  async begin(): Promise<void> {
    await Promise.all(this.#sides.map((side) => side.begin()));
  }

  /** Writes no more, waits until everything is acknowledged and seen by both, and says what was not as it should be. */
  async stop(): Promise<TalksReport> {
    const acknowledged = (await Promise.all(this.#sides.map((side) => side.end()))).flat();
    const last = Math.max(0, ...acknowledged.map(({ seq }) => seq));
    await Promise.all(this.#sides.map((side) => side.untilSeen(last)));
    const expected = acknowledged
      .toSorted((one, other) => one.seq - other.seq)
      .map(({ seq, body }) => `${seq} ${body}`);
    const wrong = this.#sides.flatMap(({ seen }, index) => {
      const shown = seen.map(({ seq, body }) => `${seq} ${body ?? ''}`);
      return shown.join('\n') === expected.join('\n')
        ? []
        : [`${this.#room}, side ${index}: ${differs(shown, expected)}`];
    });
    for (const side of this.#sides) side.close();
    return {
      messages: acknowledged.length,
      reconnects: this.#sides.reduce((sum, { reconnects }) => sum + reconnects, 0),
      wrong,
      slowest: Math.round(Math.max(...this.#sides.map(({ slowest }) => slowest))),
    };
  }
}

class Side {
  readonly #chat: ChatClient;
  readonly #room: string;
  readonly #name: string;
  readonly #perSecond: number;
  readonly #sent: Promise<{ seq: number; body: string }>[] = [];
  readonly seen: ChatMessage[] = [];
  reconnects = -1;
  slowest = 0;
  #over = false;
  #running: Promise<void> | undefined;
  #onMessage = () => {};

  constructor(origin: string, room: string, token: string, name: string, perSecond: number) {
    this.#room = room;
    this.#name = name;
    this.#perSecond = perSecond;
    this.#chat = new ChatClient({
      url: `${origin.replace('http', 'ws')}/ws`,
      token: () => Promise.resolve(token),
      cursors: { [room]: 0 },
    });
    this.#chat.on('message', (message) => {
      if (message.room !== room) return;
      this.seen.push(message);
      this.#onMessage();
    });
    this.#chat.on('state', ({ name: state }) => {
      if (state === 'online') this.reconnects++;
    });
  }

  async begin(): Promise<void> {
    await this.#chat.connect();
    this.#running = this.#run();
  }

  async end(): Promise<{ seq: number; body: string }[]> {
    this.#over = true;
    await this.#running;
    return Promise.all(this.#sent);
  }

  /** Resolves when the message of this sequence, or a later one, was shown. */
  untilSeen(seq: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onMessage = () => {
      if ((this.seen.at(-1)?.seq ?? 0) >= seq) resolve();
    };
    this.#onMessage();
    return promise;
  }

  close(): void {
    this.#chat.close();
  }

  async #run(): Promise<void> {
    for (let index = 0; !this.#over; index++) {
      this.#sent.push(this.#send(`${this.#name}-${index}`));
      await delay(1000 / this.#perSecond);
    }
  }

  async #send(body: string): Promise<{ seq: number; body: string }> {
    const began = performance.now();
    const { seq } = await this.#chat.send(this.#room, body);
    this.slowest = Math.max(this.slowest, performance.now() - began);
    return { seq, body };
  }
}

/** The first place at which two lists are not the same. */
function differs(shown: readonly string[], expected: readonly string[]): string {
  const index = Array.from({ length: Math.max(shown.length, expected.length) }, (_, at) => at).find(
    (at) => shown[at] !== expected[at],
  );
  return index === undefined ? 'nothing' : `at ${index} there is ${shown[index]}, and not ${expected[index]}`;
}
