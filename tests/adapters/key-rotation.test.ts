import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
import { chatUrlOf, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { logIn, register, validCustomer } from '../support/people/people.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { kingbus } from '../support/servers/kingbus.ts';
import { testSettings } from '../support/servers/settings.ts';

/** Two HTTP processes and one of the chat, on keys of their own, as `folder` holds them. */
let folder: string;
let processes: ProductProcess[];
let chat: ProductProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-rotation-'));
  await makeKey(folder, { signsFrom: Date.now() });
  const environment = { ...productEnvironment(inject('databaseUrl')), KINGBUS_KEYS: folder };
  const start = (program: string, name: string) =>
    startProduct(`adapters/node/${program}.ts`, environment, join(testSettings().runFolder, `rotation-${name}.log`));
  [chat, ...processes] = await Promise.all([start('chat', 'chat'), start('http', 'one'), start('http', 'two')]);
});
afterEach(async () => {
  await Promise.all([chat, ...processes].map((each) => each.stop()));
  rmSync(folder, { recursive: true });
});

/** A socket of who has this token, once it is ready. */
async function connect(token = ''): Promise<ChatClient> {
  const socket = await openSocket(chatUrlOf(chat.origin), ['kingbus.v1', `bearer.${token}`]);
  await socket.next('ready');
  return socket;
}

const kidOf = (token: string | undefined): string => decodeProtectedHeader(token ?? '').kid ?? '';

async function kidsOf({ origin }: ProductProcess): Promise<string[]> {
  const { body } = await new Client(undefined, origin).get<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
  return body.keys.map(({ kid }) => kid);
}

describe('keys that are rotated while processes run', () => {
  it('refuse nobody at any process, and the new one signs at its time', async () => {
    const customer = validCustomer();
    const [one, two] = processes as [ProductProcess, ProductProcess];
    const first = await register(customer, one.origin);
    const statuses = new Map<number, number>();
    const tokens = new Set([first.token]);
    let signed: string[] = [];
    const connected = new Set<string>();
    const stop = new AbortController();
    const ask = async () => {
      const standing = await connect(first.token);
      while (!stop.signal.aborted) {
        // A token of either process is good at both, whichever key has signed it; so are all of before.
        const fresh = await Promise.all(processes.map(({ origin }) => logIn(customer.username, origin)));
        signed = fresh.map(({ token }) => kidOf(token));
        for (const { token } of fresh) tokens.add(token);
        const recent = [first.token, ...[...tokens].slice(-6)];
        const answers = recent.flatMap((token) =>
          processes.map(({ origin }) => new Client(token, origin).get('/v1/me')),
        );
        for (const { status } of await Promise.all(answers)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // So they are at the chat: for a new connection, and for one that stands since before.
        for (const { token } of fresh) {
          await (await connect(token)).close();
          standing.send({ type: 'auth', token });
          await standing.next('renewed');
          connected.add(kidOf(token));
        }
        // As callers do, who are not all there is to be done.
        await delay(50);
      }
      await standing.close();
      return standing.all('error');
    };
    const load = Promise.all([ask(), ask()]);
    try {
      await expect.poll(() => signed.length).toBe(2);
      // As `kingbus keys rotate` does, which leaves more time.
      const { jwk } = await makeKey(folder, { signsFrom: Date.now() + 12_000 });
      for (const each of [one, two]) await expect.poll(() => kidsOf(each)).toEqual([kidOf(first.token), jwk.kid]);
      expect(new Set(signed)).toEqual(new Set([kidOf(first.token)]));
      await vi.waitFor(() => expect(signed).toEqual([jwk.kid, jwk.kid]), { timeout: 40_000 });
      const before = statuses.get(200) ?? 0;
      await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(before + 50);
    } finally {
      stop.abort();
      await load;
    }
    expect(await load).toEqual([[], []]);
    expect([...statuses.keys()]).toEqual([200]);
    expect(new Set([...tokens].map(kidOf)).size).toBe(2);
    expect(connected.size).toBe(2);
  });

  it('end at once where others have seen one: its tokens are refused, and renewed', async () => {
    const [one, two] = processes as [ProductProcess, ProductProcess];
    const person = await register(validCustomer(), one.origin);
    await (await connect(person.token)).close();
    expect((await new Client(person.token, two.origin).get('/v1/me')).status).toBe(200);
    await kingbus(['keys', 'retire', kidOf(person.token), '--now'], { KINGBUS_KEYS: folder });
    for (const { origin } of [one, two]) {
      await expect.poll(async () => (await new Client(person.token, origin).get('/v1/me')).status).toBe(401);
    }
    await expect.poll(() => connect(person.token).catch(String)).toBe('Error: refused: 401');
    const { body } = await new Client(undefined, two.origin).post<{ accessToken: string }>('/v1/sessions/refresh', {
      refreshToken: person.refreshToken,
    });
    expect(kidOf(body.accessToken)).not.toBe(kidOf(person.token));
    expect((await new Client(body.accessToken, one.origin).get('/v1/me')).status).toBe(200);
    await (await connect(body.accessToken)).close();
  });

  it('go on as they were where a file is no key', async () => {
    const [one] = processes as [ProductProcess];
    const before = await kidsOf(one);
    writeFileSync(join(folder, '20990101T000000Z-broken.jwk'), '{"kty"', { mode: 0o600 });
    const { jwk } = await makeKey(folder, { signsFrom: Date.now() + 600_000 });
    expect(await kidsOf(one)).toEqual(before);
    rmSync(join(folder, '20990101T000000Z-broken.jwk'));
    await expect.poll(() => kidsOf(one)).toEqual([...before, jwk.kid]);
  });
});
