import { describe, expect, test } from 'vitest';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { logIn, newAdmin, newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { claimsOf, expiredToken, foreignToken, signToken, unsignedToken } from '../support/people/tokens.ts';

/** Another spelling of the same bytes: the last character, A, Q, g or w, has four bits that are of none. */
const respelt = (token: string): string => token.slice(0, -1) + String.fromCodePoint((token.codePointAt(-1) ?? 65) + 1);

/** Tokens that open nothing, each made for a person who is logged in elsewhere as well, and the codes that may end the connection. */
const bad: [what: string, make: (person: Person) => Promise<string>, closes: number[]][] = [
  ['has expired', expiredToken, [4401]],
  ['is signed by another key', foreignToken, [4401]],
  ['is not signed', async (person) => unsignedToken(person), [4401]],
  ['is none', async () => 'not.a.token', [4401]],
  ['is of another issuer', async (person) => signToken({ ...claimsOf(person), iss: 'http://elsewhere.test' }), [4401]],
  ['is for another audience', async (person) => signToken({ ...claimsOf(person), aud: 'kingbus-device' }), [4401]],
  ['is of another type', async (person) => signToken(claimsOf(person), { typ: 'kingbus-device+jwt' }), [4401]],
  ['is good, but in another spelling', async ({ token = '' }) => respelt(token), [4401]],
  ['is of a session that never was', async (person) => signToken(claimsOf(person)), [4403]],
  ['is of a session that has ended', endedToken, [4403]],
  ['is of an account that is suspended', suspendedToken, [4403]],
];

async function endedToken({ account }: Person): Promise<string> {
  const { token = '', refreshToken } = await logIn(account.username);
  await new Client().post('/v1/sessions/log-out', { refreshToken });
  return token;
}

async function suspendedToken({ account }: Person): Promise<string> {
  const { token = '' } = await logIn(account.username);
  await (await newAdmin()).post(`/v1/admin/accounts/${account.id}/suspend`);
  return token;
}

/** How a token is presented, on what connection. The refusal of an upgrade counts as 4401. */
const ways: [way: string, present: (person: Person, token: () => Promise<string>) => Promise<number>][] = [
  [
    'at the upgrade',
    async (_person, token) => {
      const opened = openSocket(chatUrl(), ['kingbus.v1', `bearer.${await token()}`]);
      return opened.then(closeOf, (error: Error) =>
        error.message.includes('refused: 401') ? 4401 : Promise.reject(error),
      );
    },
  ],
  [
    'in a first frame',
    async (_person, token) => {
      const chat = await openSocket(chatUrl());
      chat.send({ type: 'auth', token: await token() });
      return closeOf(chat);
    },
  ],
  [
    'on a connection that stands',
    async (person, token) => {
      const chat = await connectChat(person);
      chat.send({ type: 'auth', token: await token() });
      return closeOf(chat);
    },
  ],
];

const closeOf = async (chat: ChatClient): Promise<number> => (await chat.closed).code;

describe.each(bad)('a token that %s', (_what, make, closes) => {
  test.each(ways)('opens nothing %s', async (_way, present) => {
    const person = await newCustomer();
    expect(closes).toContain(await present(person, () => make(person)));
  });
});
