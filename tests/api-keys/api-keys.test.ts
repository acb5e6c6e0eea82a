import { crc32 } from 'node:zlib';
import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { revokeApiKey } from '../../functions/api-keys/revoke-api-key.ts';
import type { ApiKey } from '../../functions/api-keys/api-key-schema.ts';
import { change } from '../../functions/changes/change.ts';
import type { Page } from '../../functions/http/paging.ts';
import { apiKeyForm, isWellMade, newApiKey } from '../../functions/identity/api-key.ts';
import type { Scope } from '../../functions/identity/scopes.ts';
import { sha256 } from '../../functions/sha256.ts';
import { apiKeys } from '../../schema/api-keys.ts';
import { audit } from '../../schema/audit.ts';
import type { AccountId, ApiKeyId, SessionId } from '../../schema/ids.ts';
import { outbox } from '../../schema/outbox.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newKey } from '../support/people/keys.ts';
import { validOrder, validQuote } from '../support/people/orders.ts';
import { logIn, newAdmin, newCustomer, newDriver, password } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';
import { publicOrigin } from '../support/servers/context.ts';

const day = 24 * 3600 * 1000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

const make = (person: Person, body: object = {}) =>
  person.post<ApiKey & { key: string }>('/v1/me/api-keys', {
    name: '배차 시스템',
    scopes: ['orders:read'],
    password,
    ...body,
  });

const rowOf = async (id: string) =>
  (
    await database()
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.id, id as ApiKeyId))
  )[0];

describe('a key', () => {
  it('is recognised by its prefix and its checksum alone', async () => {
    const keys = new Set(Array.from({ length: 200 }, newApiKey));
    expect(keys.size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(apiKeyForm);
      expect(isWellMade(key)).toBe(true);
      const at = 8 + (key.charCodeAt(20) % 49);
      const other = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1);
      expect(isWellMade(other)).toBe(false);
    }
    // As anyone else computes it: CRC-32 of the random part, in base 62, with zeros before it.
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (const key of keys) {
      let sum = crc32(key.slice(8, 51));
      const places = Array.from({ length: 6 }, () => {
        const digit = digits[sum % 62];
        sum = Math.floor(sum / 62);
        return digit;
      });
      expect(key.slice(51)).toBe(places.toReversed().join(''));
    }
  });

  it('is shown once, and kept as a hash', async () => {
    const person = await newCustomer();
    const { status, body, headers } = await make(person);
    expect(status).toBe(201);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(body.key).toMatch(apiKeyForm);
    expect(body).toMatchObject({
      name: '배차 시스템',
      scopes: ['orders:read'],
      hint: body.key.slice(-4),
      revokedAt: null,
    });
    const row = await rowOf(body.id);
    expect(row?.hash).toBe(await sha256(body.key));
    expect(JSON.stringify(row)).not.toContain(body.key);
    const { text } = await person.get('/v1/me/api-keys');
    expect(text).toContain(body.id);
    expect(text).not.toContain(body.key);
    expect(text).not.toContain('hash');
  });

  it('is written down, and its owner is told by socket and mail', async () => {
    const person = await newCustomer();
    const { body } = await make(person);
    const [line] = await database().select().from(audit).where(eq(audit.subjectId, body.id));
    expect(line).toMatchObject({ action: 'api_key.make', actorId: person.id, details: { scopes: ['orders:read'] } });
    // A mail that was taken has left the outbox again.
    const waiting = await database().select().from(outbox).where(eq(outbox.target, person.id));
    expect(JSON.stringify([line, waiting])).not.toContain(body.key);
  });

  it.each([
    ['no scope', { scopes: [] }, '/scopes'],
    ['a scope that there is not', { scopes: ['admin:write'] }, '/scopes/0'],
    ['no name', { name: ' ' }, '/name'],
    ['an end that has passed', { expiresAt: inMs(-1000) }, '/expiresAt'],
    ['an end in three years', { expiresAt: inMs(3 * 365 * day) }, '/expiresAt'],
    ['something else', { accountId: crypto.randomUUID() }, '/accountId'],
  ])('with %s is refused', async (_what, body, pointer) => {
    const answer = await make(await newCustomer(), body);
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('lasts a year where nothing is said, and two at most', async () => {
    const person = await newCustomer();
    const { body } = await make(person);
    expect(Date.parse(body.expiresAt ?? '') - Date.now()).toBeGreaterThan(364 * day);
    expect((await make(person, { expiresAt: inMs(729 * day) })).status).toBe(201);
  });

  it('is made by who knows the password: a token that was stolen makes none', async () => {
    const person = await newCustomer();
    expect(await make(person, { password: 'not the password' })).toMatchObject(refusal(403, 'wrong_password'));
    expect(await make(person, { password: undefined })).toMatchObject({ body: { errors: [{ pointer: '/password' }] } });
    expect((await person.get<Page<ApiKey>>('/v1/me/api-keys')).body.items).toEqual([]);
    // Wrong ones count with those of log-ins.
    for (let time = 0; time < 9; time++) await make(person, { password: 'not the password' });
    expect(await make(person)).toMatchObject(refusal(429, 'too_many_requests'));
  });

  it('is none of an admin', async () => {
    expect(await make(await newAdmin())).toMatchObject(refusal(403, 'forbidden'));
  });

  it('is made by nobody who was logged out: the token that is left lasts minutes, a key years', async () => {
    const person = await newCustomer();
    const elsewhere = await logIn(person.account.username);
    await elsewhere.call('/v1/me/sessions', { method: 'DELETE' });
    expect((await person.get('/v1/me')).status).toBe(200);
    expect(await make(person)).toMatchObject(refusal(401, 'unauthenticated'));
    expect((await make(elsewhere)).status).toBe(201);
  });

  it('is one of twenty at most, however many are asked for at once', async () => {
    const person = await newCustomer();
    for (let index = 0; index < 17; index++) await newKey(person);
    const answers = await Promise.all(Array.from({ length: 6 }, () => make(person)));
    const made = answers.find(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    expect((await person.call(`/v1/me/api-keys/${made?.body.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await make(person)).status).toBe(201);
  });
});

describe('a request by key', () => {
  it('does what its scopes say, and nothing else', async () => {
    const person = await newCustomer();
    const reader = await newKey(person, ['orders:read']);
    expect((await reader.get('/v1/orders')).status).toBe(200);
    const answer = await reader.post('/v1/orders', validOrder());
    expect(answer).toMatchObject(refusal(403, 'scope_missing'));
    expect(answer.body).toMatchObject({ scope: 'orders:write' });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="kingbus", error="insufficient_scope", scope="orders:write"',
    );
    expect(await reader.get('/v1/rooms')).toMatchObject({ status: 403, body: { scope: 'rooms:read' } });
    const writer = await newKey(person, ['orders:write']);
    expect((await writer.post('/v1/orders', validOrder())).status).toBe(201);
    expect(await writer.get('/v1/orders')).toMatchObject({ status: 403, body: { scope: 'orders:read' } });
  });

  it('is no log-in: no keys, no sessions, no admin', async () => {
    const program = await newKey(await newCustomer());
    const answers = [
      await program.get('/v1/me/api-keys'),
      await program.post('/v1/me/api-keys', { name: 'x', scopes: ['orders:read'] }),
      await program.get('/v1/admin/jobs'),
    ];
    for (const answer of answers) expect(answer).toMatchObject(refusal(403, 'not_by_key'));
    expect((await program.get('/v1/me')).status).toBe(200);
  });

  it('is audited by the key, and told from a person', async () => {
    const person = await newCustomer();
    const program = await newKey(person);
    const { body } = await program.post<{ id: string }>('/v1/orders', validOrder());
    const driver = await newDriver();
    const driving = await newKey(driver);
    const quote = await driving.post<{ id: string }>(`/v1/orders/${body.id}/quotes`, validQuote());
    expect(quote.status, quote.text).toBe(201);
    const selected = await program.post(`/v1/quotes/${quote.body.id}/select`);
    expect(selected.status, selected.text).toBe(200);
    const lines = await database()
      .select()
      .from(audit)
      .where(and(eq(audit.actorId, person.id as AccountId), eq(audit.actorName, program.id)));
    expect(lines.map(({ action }) => action)).toContain('order.select');
    // The person asks for the same step again: it is theirs, by whatever it was made.
    expect((await person.post(`/v1/quotes/${quote.body.id}/select`)).status).toBe(200);
  });

  it('says when it was used, to within a minute, and from where', async () => {
    const person = await newCustomer();
    const program = await newKey(person);
    expect((await rowOf(program.id))?.lastUsedAt).toBeNull();
    await program.get('/v1/orders');
    const { body } = await person.get<Page<ApiKey>>('/v1/me/api-keys');
    expect(body.items[0]).toMatchObject({ id: program.id, lastUsedFrom: program.address });
    const first = body.items[0]?.lastUsedAt;
    await program.get('/v1/orders');
    expect((await rowOf(program.id))?.lastUsedAt).toBe(first);
    const long = inMs(-61_000);
    await database()
      .update(apiKeys)
      .set({ lastUsedAt: long })
      .where(eq(apiKeys.id, program.id as ApiKeyId));
    await program.get('/v1/orders');
    expect((await rowOf(program.id))?.lastUsedAt).not.toBe(long);
  });

  it('runs two statements more at most', async () => {
    const person = await newCustomer();
    const program = await newKey(person);
    const ran = ({ headers }: { headers: Headers }) =>
      Number(/desc="(\d+) of/u.exec(headers.get('Server-Timing') ?? '')?.[1]);
    const byToken = ran(await person.get('/v1/orders'));
    expect(ran(await program.get('/v1/orders'))).toBe(byToken + 2);
    expect(ran(await program.get('/v1/orders'))).toBe(byToken + 1);
  });

  it.each<[string, number, string, (person: Person) => Promise<string>]>([
    ['that is none', 401, 'unauthenticated', async () => 'kingbus_x'],
    ['with a wrong checksum', 401, 'unauthenticated', async () => `${newApiKey().slice(0, -1)}_`],
    ['that nobody made', 401, 'unauthenticated', async () => newApiKey()],
    ['in other letters', 401, 'unauthenticated', async (person) => swapped((await newKey(person)).key)],
    [
      'that has ended',
      401,
      'token_expired',
      async (person) => (await newKey(person, ['orders:read'], { endsIn: -1 })).key,
    ],
  ])('%s is refused', async (_what, status, code, keyOf) => {
    const answer = await new Client(await keyOf(await newCustomer())).get('/v1/orders');
    expect(answer).toMatchObject(refusal(status, code));
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="kingbus", error="invalid_token"');
  });

  it('of a suspended account is refused, reads too, and goes on once it is restored', async () => {
    const [person, admin] = [await newCustomer(), await newAdmin()];
    const program = await newKey(person);
    await admin.post(`/v1/admin/accounts/${person.id}/suspend`);
    expect(await program.get('/v1/orders')).toMatchObject(refusal(403, 'account_suspended'));
    await admin.post(`/v1/admin/accounts/${person.id}/restore`);
    expect((await program.get('/v1/orders')).status).toBe(200);
  });

  it('of a pending operator gets as far as the operator does', async () => {
    const program = await newKey(await newDriver({ active: false }));
    expect(await program.get('/v1/open-orders')).toMatchObject(refusal(403, 'operator_not_active'));
    expect((await program.get('/v1/quotes')).status).toBe(200);
  });
});

const swapped = (key: string): string =>
  key.replaceAll(/[a-z]/giu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );

describe('a key that was revoked', () => {
  it('opens nothing from the answer on, for anyone, and again does no harm', async () => {
    const [person, other] = [await newCustomer(), await newCustomer()];
    const program = await newKey(person);
    expect((await program.get('/v1/orders')).status).toBe(200);
    const path = `/v1/me/api-keys/${program.id}`;
    expect(await other.call(path, { method: 'DELETE' })).toMatchObject(refusal(404, 'not_found'));
    expect((await program.get('/v1/orders')).status).toBe(200);
    for (let round = 0; round < 2; round++) {
      expect((await person.call(path, { method: 'DELETE' })).status).toBe(204);
      const answers = await Promise.all(Array.from({ length: 8 }, () => program.get('/v1/orders')));
      for (const answer of answers) expect(answer).toMatchObject(refusal(401, 'unauthenticated'));
    }
    const lines = await database().select().from(audit).where(eq(audit.subjectId, program.id));
    expect(lines.map(({ action }) => action)).toEqual(['api_key.revoke']);
  });

  it('commits nothing that was under way: the change waits for the revocation, or is seen by it', async () => {
    const person = await newCustomer();
    const program = await newKey(person);
    const { ports } = await testPorts({ clock: { now: Date.now } });
    const byKey = {
      ...actorOf(person),
      sessionId: program.id as SessionId,
      scopes: ['orders:write'] as Scope[],
    };
    await revokeApiKey(ports, actorOf(person), program.id as ApiKeyId);
    // Whoever was let in just before has the same lines to go through.
    let ran = false;
    await expect(
      change(ports, byKey, async () => {
        ran = true;
      }),
    ).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(ran).toBe(false);
  });
});

describe('what a key may ask', () => {
  it('is told with each answer, refusals too', async () => {
    const program = await newKey(await newCustomer(), ['orders:read']);
    const first = await program.get('/v1/orders');
    expect(first.headers.get('RateLimit-Policy')).toBe('"key";q=600;w=60');
    expect(first.headers.get('RateLimit')).toMatch(/^"key";r=599;t=(?:60|59)$/u);
    const second = await program.get('/v1/rooms');
    expect(second.status).toBe(403);
    expect(second.headers.get('RateLimit')).toMatch(/^"key";r=598;t=\d+$/u);
  });

  it('is counted by key, over all processes, and then refused', async () => {
    const person = await newCustomer();
    const [program, other] = [await newKey(person, ['account:read']), await newKey(person, ['account:read'])];
    // Those that nobody needs an answer of cost the least.
    const statuses: number[] = [];
    let last: Awaited<ReturnType<Client['get']>> | undefined;
    for (let batch = 0; batch < 31; batch++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => program.get('/v1/orders')));
      statuses.push(...answers.map(({ status }) => status));
      last = answers.find(({ status }) => status === 429) ?? last;
    }
    expect(statuses.filter((status) => status === 403)).toHaveLength(600);
    expect(last).toMatchObject(refusal(429, 'too_many_requests'));
    expect(last?.headers.get('RateLimit')).toMatch(/^"key";r=0;t=\d+$/u);
    expect(last?.headers.get('Retry-After')).toBe(/t=(\d+)/u.exec(last?.headers.get('RateLimit') ?? '')?.[1]);
    expect((await other.get('/v1/me')).status).toBe(200);
    expect((await person.get('/v1/me')).status).toBe(200);
  }, 120_000);
});

it('what is limited by address says so on every answer', async () => {
  const answer = await new Client().post('/v1/sessions/refresh', { refreshToken: 'x' });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('RateLimit-Policy')).toBe('"public-write";q=300;w=60, "refresh";q=120;w=60');
  expect(answer.headers.get('RateLimit')).toMatch(/^"public-write";r=299;t=\d+, "refresh";r=119;t=\d+$/u);
  expect((await new Client().get('/')).headers.has('RateLimit')).toBe(false);
  expect((await new Client().get('/v1/me')).headers.has('RateLimit')).toBe(false);
});

it('a page of another origin may read what is left', async () => {
  const { headers } = await new Client().get('/v1/me', { Origin: publicOrigin });
  expect(headers.get('Access-Control-Expose-Headers')).toContain('RateLimit');
});
