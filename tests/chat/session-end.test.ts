import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { accountTopic, encodeAccountHint } from '../../functions/events/topics.ts';
import { signAccessToken, verifyAccessToken } from '../../functions/identity/access-token.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import { FakeChat, someone } from './fake-chat.ts';

let chat: FakeChat;

beforeEach(async () => {
  chat = await FakeChat.open();
});

/** The session ends where nobody tells this process of it. */
const endUnheard = ({ sessionId }: Principal) => void chat.tables.ended.add(sessionId);

const renew = async (principal: Principal) =>
  JSON.stringify({ type: 'auth', token: await signAccessToken(chat.ports, principal) });

async function ready(principal: Principal) {
  const connection = chat.connect(principal);
  await connection.socket.first('ready');
  return connection;
}

describe('a session that ends while its connection is being opened', () => {
  test.each([
    ['before its topic is subscribed', 'onSubscribe', endUnheard],
    [
      'after it was looked at',
      'onStatement',
      async (principal: Principal) => {
        endUnheard(principal);
        const hint = encodeAccountHint({ kind: 'session_ended', sessionId: principal.sessionId });
        await chat.bus.publish(accountTopic(principal.accountId), hint);
      },
    ],
  ] as const)('closes it: %s', async (_name, step, end) => {
    const principal = someone();
    chat[step] = () => end(principal);
    expect(await chat.connect(principal).socket.closed).toMatchObject({ code: 4403 });
    expect(chat.hub.connections.size).toBe(0);
  });
});

describe('a session whose end nobody told', () => {
  test.each([
    ['the next sweep', () => void chat.hub.sweeper.sweep()],
    ['a gap of the bus', () => chat.announceGap()],
  ])('closes its connections with %s, and no others', async (_name, look) => {
    const [ended, live] = [someone(), someone()];
    const [first, second, other] = [await ready(ended), await ready(ended), await ready(live)];
    endUnheard(ended);
    look();
    expect(await first.socket.closed).toMatchObject({ code: 4403 });
    expect(await second.socket.closed).toMatchObject({ code: 4403 });
    expect(other.session.state).toBe('ready');
  });

  test('is looked for with one statement for all of them', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => ready(someone())));
    const statements: string[] = [];
    chat.onStatement = (sql) => void statements.push(sql);
    await chat.hub.sweeper.sweep();
    expect(statements.filter((sql) => sql.includes('from `sessions`'))).toHaveLength(1);
  });

  test('closes nothing while the database does not answer', async () => {
    const { session } = await ready(someone());
    chat.outage = new Error('MariaDB is away');
    await chat.hub.sweeper.sweep();
    expect(session.state).toBe('ready');
  });
});

describe('a token presented in band', () => {
  test('of a session that has ended ends the connection', async () => {
    const [old, ended] = [someone('account' as Principal['accountId']), someone('account' as Principal['accountId'])];
    const { session, socket } = await ready(old);
    endUnheard(ended);
    session.receive(await renew(ended));
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(socket.frames.at(-1)).toEqual({ type: 'error', code: 'unauthenticated' });
  });

  test('of a session that ends while it is being looked at ends the connection', async () => {
    const [old, ending] = [someone('account' as Principal['accountId']), someone('account' as Principal['accountId'])];
    const { session, socket } = await ready(old);
    const answered = Promise.withResolvers<void>();
    chat.onStatement = async () => {
      const hint = encodeAccountHint({ kind: 'session_ended', sessionId: ending.sessionId });
      await chat.bus.publish(accountTopic(ending.accountId), hint);
      await answered.promise;
    };
    session.receive(await renew(ending));
    expect(await socket.closed).toMatchObject({ code: 4403 });
    answered.resolve();
  });

  test('that cannot be looked at changes nothing, and says so', async () => {
    const principal = someone();
    const { session, socket } = await ready(principal);
    chat.outage = new Error('MariaDB is away');
    session.receive(await renew({ ...principal, expiresAt: principal.expiresAt + 1 }));
    expect(await socket.first('error')).toEqual({ type: 'error', code: 'unavailable' });
    expect(session.state).toBe('ready');
    expect(socket.wakesAt).toBe(principal.expiresAt);
  });

  test('leaves no timer behind where the connection ends meanwhile', async () => {
    const principal = someone();
    const { session, socket } = await ready(principal);
    const frame = await renew(principal);
    // Known already, so that a turn is enough to look at it again.
    await verifyAccessToken(chat.ports, (JSON.parse(frame) as { token: string }).token);
    session.receive(frame);
    session.closed(1006, 'lost');
    await turn();
    expect(socket.wakesAt).toBeUndefined();
    expect(socket.frames.map(({ type }) => type)).toEqual(['ready']);
  });
});
