import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { transaction } from '../../db/engine/transaction.ts';
import { endSession } from '../../db/sessions.ts';
import type { SessionId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { logIn, newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { claimsOf, expiredToken, foreignToken, signToken, unsignedToken } from '../support/people/tokens.ts';

const sessionOf = ({ token = '' }: { token?: string | undefined }): SessionId =>
  (JSON.parse(atob(token.split('.')[1] ?? '')) as { sid: SessionId }).sid;

/** Nobody tells the chat of it. */
const endUnheard = (session: SessionId) =>
  transaction(database(), (tx) => endSession(tx, session, new Date().toISOString()));
const suspendUnheard = ({ id }: Person) =>
  database().execute(sql`update accounts set state = 'suspended' where id = ${id}`);
const logOut = (refreshToken = '') => new Client().post('/v1/sessions/log-out', { refreshToken });

/** A token of another session of the same person. */
const another = async (person: Person) => {
  const { token, refreshToken } = await logIn(person.account.username);
  return { token, refreshToken };
};

/** What is wrong with a token; what the upgrade answers to it, and how a connection that is given it ends. */
const bad: [
  what: string,
  status: 401 | 101,
  code: string,
  close: number,
  make: (person: Person) => Promise<string | undefined>,
][] = [
  ['has expired', 401, 'token_expired', 4401, expiredToken],
  ['was signed by another key', 401, 'unauthenticated', 4401, foreignToken],
  ['was not signed', 401, 'unauthenticated', 4401, async (person) => unsignedToken(person)],
  ['is none', 401, 'unauthenticated', 4401, async () => 'not.a.token'],
  [
    'is for another audience',
    401,
    'unauthenticated',
    4401,
    (person) => signToken({ ...claimsOf(person), aud: 'others' }),
  ],
  ['is of no session', 101, 'unauthenticated', 4403, (person) => signToken(claimsOf(person))],
  [
    'is of a session that was logged out',
    101,
    'unauthenticated',
    4403,
    async (person) => {
      const { token, refreshToken } = await another(person);
      await logOut(refreshToken);
      return token;
    },
  ],
  [
    'is of a session that ended where nobody told of it',
    101,
    'unauthenticated',
    4403,
    async (person) => {
      const { token } = await another(person);
      await endUnheard(sessionOf({ token }));
      return token;
    },
  ],
];

async function end(chat: ChatClient): Promise<[code: string | undefined, close: number]> {
  const { code } = await chat.closed;
  return [chat.all('error').at(-1)?.code, code];
}

// At once: one that the edge closes before it has said a word ends late there.
describe.each(bad)('a token that %s', { concurrent: true }, (_what, status, code, close, make) => {
  test('is refused at the upgrade, or right after it', async () => {
    const token = await make(await newCustomer());
    const opening = openSocket(chatUrl(), ['kingbus.v1', `bearer.${token}`]);
    if (status === 401) return expect(opening).rejects.toThrow('refused: 401');
    const chat = await opening;
    const [said, closed] = await end(chat);
    expect(closed).toBe(close);
    // Whoever looks for ended sessions once a second may be faster, and closes without a word.
    if (close !== 4403 || said !== undefined) expect(said).toBe(code);
    expect(chat.all('ready')).toEqual([]);
  });

  test('is refused in the first frame', async () => {
    const token = await make(await newCustomer());
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token });
    const [said, closed] = await end(chat);
    expect(closed).toBe(close);
    // Nor does whoever hears of the end of the session at that moment say a word.
    if (close !== 4403 || said !== undefined) expect(said).toBe(code);
    expect(chat.all('ready')).toEqual([]);
  });

  test('is refused in band, and ends the connection', async () => {
    const person = await newCustomer();
    const chat = await connectChat(person);
    chat.send({ type: 'auth', token: await make(person) });
    expect(await end(chat)).toEqual([code, close]);
    expect(chat.all('renewed')).toEqual([]);
  });
});

describe('a token in band', () => {
  test('of another account ends the connection', async () => {
    const [person, other] = [await newCustomer(), await newCustomer()];
    const chat = await connectChat(person);
    chat.send({ type: 'auth', token: other.token });
    expect(await end(chat)).toEqual(['unauthenticated', 4401]);
  });

  test('of an account that was suspended meanwhile ends the connection', async () => {
    const person = await newCustomer();
    const { token } = await another(person);
    const chat = await connectChat(person);
    await suspendUnheard(person);
    chat.send({ type: 'auth', token });
    expect((await chat.closed).code).toBe(4403);
    expect(chat.all('renewed')).toEqual([]);
  });

  test.each(['logged out', 'ended where nobody tells of it'])(
    'moves the connection to its session: it ends when that is %s, and not with the first one',
    async (how) => {
      const person = await newCustomer();
      const { token, refreshToken } = await another(person);
      const chat = await connectChat(person);
      chat.send({ type: 'auth', token });
      await chat.next('renewed');
      await logOut(person.refreshToken);
      chat.send({ type: 'auth', token });
      await chat.next('renewed');
      if (how === 'logged out') await logOut(refreshToken);
      else await endUnheard(sessionOf({ token }));
      expect((await chat.closed).code).toBe(4403);
    },
  );
});

test.each<[string, (person: Person) => Promise<unknown>]>([
  ['logged out', ({ refreshToken }) => logOut(refreshToken)],
  ['ended on the same database by another home', (person) => endUnheard(sessionOf(person))],
  ['ended by a suspension there', suspendUnheard],
])('a session that is %s takes its sockets with it, and no others', async (_name, act) => {
  const [person, bystander] = [await newCustomer(), await newCustomer()];
  const [first, second, other] = [
    await connectChat(person, 0),
    await connectChat(person, 1),
    await connectChat(bystander),
  ];
  await act(person);
  expect((await first.closed).code).toBe(4403);
  expect((await second.closed).code).toBe(4403);
  expect(other.socket.readyState).toBe(other.socket.OPEN);
  await other.close();
});
