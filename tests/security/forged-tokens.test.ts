import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, SignJWT, base64url, exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWTHeaderParameters, JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newApiKey } from '../../functions/identity/api-key.ts';
import { chatUrl, openSocket } from '../support/clients/chat-client.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { newAdmin, newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { claimsOf, productKey, signToken } from '../support/people/tokens.ts';

// Tokens of an admin, who may do everything, each with one thing wrong (RFC 8725).

const part = (value: unknown) => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
const header = () => ({ alg: 'EdDSA', typ: 'at+jwt', kid: productKey().kid as string });
const now = () => Math.floor(Date.now() / 1000);

let admin: Person;
let customer: Person;
let foreign: CryptoKey;
let foreignJwk: object;
/** Where a server would go that looks keys up by what a token says. */
const asked: string[] = [];
const bait = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end(JSON.stringify({ keys: [foreignJwk] }));
});
let baitUrl: string;

beforeAll(async () => {
  [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  foreign = pair.privateKey;
  foreignJwk = { ...(await exportJWK(pair.publicKey)), kid: 'theirs', alg: 'EdDSA', use: 'sig' };
  await new Promise<void>((resolve) => void bait.listen(0, '127.0.0.1', resolve));
  baitUrl = `http://127.0.0.1:${(bait.address() as AddressInfo).port}`;
});
afterAll(() => bait.close());

const unsigned = (alg: string) => async () => `${part({ ...header(), alg })}.${part(claimsOf(admin))}.`;

/** As if the public key were a secret that both sides know. */
const hmac = (secretOf: () => Promise<Uint8Array>) => async () =>
  new SignJWT(claimsOf(admin)).setProtectedHeader({ ...header(), alg: 'HS256' }).sign(await secretOf());
const publicJwk = () => {
  const { d: _d, ...rest } = productKey();
  return rest;
};
const bytes = (text: string) => new TextEncoder().encode(text);
const publicPem = async () => {
  const key = await importJWK(publicJwk(), 'EdDSA', { extractable: true });
  return exportSPKI(key as CryptoKey);
};

const byForeignKey = (more: () => Partial<JWTHeaderParameters>) => async () =>
  new SignJWT(claimsOf(admin)).setProtectedHeader({ ...header(), ...more() }).sign(foreign);

const withHeader = (more: Record<string, unknown>) => () => signToken(claimsOf(admin), more);
const withClaims = (more: JWTPayload) => () => signToken({ ...claimsOf(admin), ...more });

/** A good token, and a part of it replaced. */
const changed = (change: (parts: [string, string, string]) => string[]) => async () =>
  change((customer.token ?? '').split('.') as [string, string, string]).join('.');

const forgeries: [what: string, make: () => Promise<string>, code?: 'token_expired'][] = [
  ['alg none', unsigned('none')],
  ['alg None', unsigned('None')],
  ['alg nOnE', unsigned('nOnE')],
  ['no alg', async () => `${part({ typ: 'at+jwt' })}.${part(claimsOf(admin))}.`],
  ['HS256 with the public key as PEM', hmac(async () => bytes(await publicPem()))],
  ['HS256 with the public key as JWK', hmac(async () => bytes(JSON.stringify(publicJwk())))],
  ['HS256 with the bytes of the public key', hmac(async () => base64url.decode(publicJwk().x as string))],
  ['HS256 with the kid', hmac(async () => bytes((productKey().kid as string).repeat(4)))],
  ['a kid that is a path', byForeignKey(() => ({ kid: '../../../../dev/null' }))],
  ['a kid that is SQL', byForeignKey(() => ({ kid: "' union select 'x" }))],
  ['a kid that nobody has', byForeignKey(() => ({ kid: 'theirs' }))],
  ['a good signature under another kid', withHeader({ kid: 'theirs' })],
  ['a key of its own (jwk)', byForeignKey(() => ({ kid: 'theirs', jwk: foreignJwk }))],
  ['a place where its key is (jku)', byForeignKey(() => ({ kid: 'theirs', jku: `${baitUrl}/jku` }))],
  ['a place where its certificate is (x5u)', byForeignKey(() => ({ kid: 'theirs', x5u: `${baitUrl}/x5u` }))],
  [
    'an issuer where its keys are',
    async () =>
      new SignJWT({ ...claimsOf(admin), iss: baitUrl })
        .setProtectedHeader({ ...header(), kid: 'theirs' })
        .sign(foreign),
  ],
  ['another key under our kid', byForeignKey(() => ({}))],
  ['typ JWT', withHeader({ typ: 'JWT' })],
  ['no typ', withHeader({ typ: undefined })],
  ['the type of a device', withHeader({ typ: 'kingbus-device+jwt' })],
  [
    'a critical extension',
    async () => {
      const protectedHeader = part({ ...header(), crit: ['https://evil.example'], 'https://evil.example': 1 });
      return `${protectedHeader}.${part(claimsOf(admin))}.${(admin.token ?? '').split('.')[2]}`;
    },
  ],
  ['another issuer', withClaims({ iss: 'https://evil.example' })],
  ['no issuer', withClaims({ iss: undefined as never })],
  ['another audience', withClaims({ aud: 'kingbus-device' })],
  ['audiences without ours', withClaims({ aud: ['a', 'b'] })],
  ['no audience', withClaims({ aud: undefined as never })],
  ['no subject', withClaims({ sub: undefined as never })],
  ['no session', withClaims({ sid: undefined })],
  ['no role', withClaims({ role: undefined })],
  ['no end', withClaims({ exp: undefined as never })],
  ['an end that is text', withClaims({ exp: '9999999999' as never })],
  ['an end that has passed', withClaims({ exp: now() - 1 }), 'token_expired'],
  ['a beginning to come', withClaims({ nbf: now() + 3600 })],
  ['the claims of another', changed(([head, , signature]) => [head, part(claimsOf(admin)), signature])],
  ['the header of another', changed(([, body, signature]) => [part({ alg: 'none', typ: 'at+jwt' }), body, signature])],
  ['no signature', changed(([head, body]) => [head, body, ''])],
  ['half a signature', changed(([head, body, signature]) => [head, body, signature.slice(0, 43)])],
  ['a part more', changed((parts) => [...parts, parts[2]])],
  ['five parts, as if it were encrypted', changed((parts) => [...parts, 'x', 'y'])],
  ['a header that is no JSON', changed(([, body, signature]) => [part('{'), body, signature])],
  [
    'claims that are a list',
    async () => new CompactSign(bytes('[]')).setProtectedHeader(header()).sign(await importJWK(productKey(), 'EdDSA')),
  ],
  ['a key for programs that nobody made', async () => newApiKey()],
];

describe.each(forgeries)('a token with %s', (_what, make, code) => {
  it('opens no route', async () => {
    const client = new Client(await make());
    for (const path of ['/v1/me', '/v1/admin/jobs']) {
      const answer = await client.get(path);
      expect(answer).toMatchObject(refusal(401, code ?? 'unauthenticated'));
      expect(answer.headers.get('WWW-Authenticate')).toContain('error="invalid_token"');
    }
  });

  it.runIf(inject('chatOrigins').length > 0)('opens no socket', async () => {
    const opening = openSocket(chatUrl(), ['kingbus.v1', `bearer.${await make()}`]);
    await expect(opening).rejects.toThrow('refused: 401');
  });
});

it('nobody was asked for a key by what a token said', () => {
  expect(asked).toEqual([]);
});

describe('a session', () => {
  const cookieOf = (answer: { headers: Headers }, name: string) =>
    answer.headers
      .getSetCookie()
      .find((each) => each.startsWith(name))
      ?.split(';')[0] ?? '';
  const sidOf = (token: string) => (JSON.parse(atob(token.split('.')[1] ?? '')) as { sid: string }).sid;
  const logIn = (person: Person, headers: Record<string, string> = {}) =>
    new Client().post<{ accessToken: string }>(
      '/v1/sessions',
      { username: person.account.username, password: 'correct horse battery', refreshIn: 'cookie' },
      headers,
    );

  it('is begun anew by a log-in, whatever cookie somebody has left in the browser', async () => {
    const [attacker, victim] = await Promise.all([newCustomer(), newCustomer()]);
    const planted = await logIn(attacker);
    const cookie = cookieOf(planted, '__Host-kingbus_refresh');
    const device = cookieOf(planted, '__Host-kingbus_device');
    const session = await logIn(victim, { Cookie: `${cookie}; ${device}`, Origin: inject('issuer') });
    expect(session.status).toBe(201);
    expect(cookieOf(session, '__Host-kingbus_refresh')).not.toBe(cookie);
    expect(sidOf(session.body.accessToken)).not.toBe(sidOf(planted.body.accessToken));
    // What was planted is its owner's as before, and nothing of the victim's.
    const body = { Cookie: cookie, Origin: inject('issuer') };
    const again = await new Client().post<{ account: { id: string } }>('/v1/sessions/refresh', {}, body);
    expect(again).toMatchObject({ status: 200, body: { account: { id: attacker.id } } });
  });

  it('is none of a device’s: its cookie opens nothing', async () => {
    const person = await newCustomer();
    const device = cookieOf(await logIn(person), '__Host-kingbus_device').split('=')[1] ?? '';
    expect(device).not.toBe('');
    expect(await new Client(device).get('/v1/me')).toMatchObject(refusal(401, 'unauthenticated'));
    const refreshed = await new Client().post('/v1/sessions/refresh', { refreshToken: device.slice(0, 256) });
    expect(refreshed).toMatchObject(refusal(401, 'session_ended'));
  });

  it.each(['access_token', 'token', 'api_key'])('is never taken from the URL (%s), nor from a cookie', async (name) => {
    const { token = '' } = await newCustomer();
    const client = new Client();
    expect((await client.get(`/v1/me?${name}=${token}`)).status).toBe(401);
    expect((await client.get('/v1/me', { Cookie: `${name}=${token}; __Host-kingbus_refresh=${token}` })).status).toBe(
      401,
    );
  });
});
