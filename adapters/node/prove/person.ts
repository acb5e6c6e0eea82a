import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ChatClient } from '../../../client/chat.ts';
import type { ChatEvents } from '../../../client/chat-types.ts';
import { neededConsents } from '../../../functions/accounts/consents.ts';
import { HttpClient } from '../../../client/http.ts';

/** How long anything of a proof may take that should take milliseconds. */
const patienceMs = 15_000;

/** What registers somebody who exists for a proof alone: a number that nobody is given, an address that nobody has. */
export function nobody(role: 'customer' | 'company') {
  const username = `proof-${randomUUID().slice(0, 13)}`;
  return {
    username,
    email: `${username}@proof.invalid`,
    // Of 010 no number begins with 0 or 1.
    phone: `010-0${randomInt(1000).toString().padStart(3, '0')}-${randomInt(10_000).toString().padStart(4, '0')}`,
    displayName: role === 'customer' ? '설치 확인 (손님)' : '설치 확인 (회사)',
    password: randomUUID(),
    consents: neededConsents,
    overFourteen: true,
  };
}

/** Somebody with a session and a chat connection, as a browser has them: through the front. */
export class Person {
  readonly http: HttpClient;
  readonly #chat: ChatClient;
  /** What the chat said, and nobody has waited for yet. */
  readonly #heard: { kind: string; value: unknown }[] = [];

  constructor(origin: string) {
    this.http = new HttpClient({ origin, language: 'en', timeoutMs: patienceMs });
    this.#chat = new ChatClient({
      url: `${origin.replace(/^http/u, 'ws')}/ws`,
      token: (wanted) => this.http.token(wanted),
    });
    for (const kind of ['message', 'joined', 'event'] as const) {
      this.#chat.on(kind, (value: unknown) => void this.#heard.push({ kind, value }));
    }
  }

  async arrive({ username, password }: { username: string; password: string }): Promise<void> {
    await this.http.logIn({ username, password });
    await this.#chat.connect({ signal: AbortSignal.timeout(patienceMs) });
  }

  say(room: string, body: string) {
    return this.#chat.send(room, body, { signal: AbortSignal.timeout(patienceMs) });
  }

  /** Waits until the chat says something of this kind that is meant. @throws where it does not */
  async hear<Kind extends 'message' | 'joined' | 'event'>(
    kind: Kind,
    isMeant: (value: ChatEvents[Kind]) => boolean,
  ): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!this.#heard.some((each) => each.kind === kind && isMeant(each.value as ChatEvents[Kind]))) {
      if (Date.now() > deadline) throw new Error(`the chat never said the ${kind} that was waited for`);
      await pause(20);
    }
  }

  async leave(): Promise<void> {
    this.#chat.close();
    await this.http.logOut();
  }
}
