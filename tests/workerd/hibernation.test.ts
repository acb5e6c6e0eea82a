import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { connect } from './chat-client.ts';
import type { ChatClient } from './chat-client.ts';
import { call, endSilently, newCustomer, newRooms, password, withDatabase, writeSilently } from './people.ts';
import type { Person } from './people.ts';

const inboxOf = ({ id }: Person) => env.INBOX.getByName(id);

/** The object is forgotten; its sockets stay open. */
const putToSleep = (person: Person) => evictDurableObject(inboxOf(person));

/** The alarm rings, and it is that late by the clock, which all objects share. */
async function alarmAt(person: Person, time: number): Promise<boolean> {
  const setClock = (now: () => number) =>
    runInDurableObject(inboxOf(person), ({ ports }) => void (ports.clock.now = now));
  await setClock(() => time);
  try {
    return await runDurableObjectAlarm(inboxOf(person));
  } finally {
    await setClock(() => Date.now());
  }
}

async function conversation(rooms = 1) {
  const [minji, junho] = await Promise.all([newCustomer(), newCustomer()]);
  const roomIds = await newRooms(rooms, minji, junho);
  const [hers, his] = [await connect(minji), await connect(junho)];
  return { minji, junho, roomIds, room: roomIds[0] ?? '', hers, his };
}

let count = 0;
async function say(client: ChatClient, room: string): Promise<number> {
  const id = `m-${++count}`;
  client.send({ type: 'send', id, room, body: `${id}번째 이야기` });
  return (await client.next('ack')).seq;
}

const seqs = (client: ChatClient) => client.all('message').map(({ seq }) => seq);
const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);
async function reached(client: ChatClient, head: number): Promise<void> {
  while ((await client.next('message')).seq < head);
}

describe('an inbox that cannot read what it is given', () => {
  test('closes a socket whose attachment it does not understand, and serves the others', async () => {
    const { minji, junho, room, hers, his } = await conversation();
    await runInDurableObject(inboxOf(junho), (_inbox, state) => {
      for (const socket of state.getWebSockets()) socket.serializeAttachment({ of: 'another version' });
    });
    await putToSleep(junho);
    await say(hers, room);
    expect(await his.end()).toBe(1012);
    const again = await connect(junho);
    again.send({ type: 'sync', rooms: { [room]: 0 } });
    await reached(again, 1);
    await Promise.all([hers.close(), again.close()]);
    expect(await inboxOf(minji).presence()).toMatchObject({ online: false });
  });

  test.each([
    ['names nobody', {}],
    ['is no JSON', { 'X-KingBus-Upgrade': '%7B' }],
    ['is badly encoded', { 'X-KingBus-Upgrade': '%' }],
    ['has no account', { 'X-KingBus-Upgrade': '%7B%22admitted%22%3A%7B%7D%7D' }],
  ])('answers an upgrade with 400 that %s', async (_kind, headers) => {
    const { status } = await env.INBOX.getByName(crypto.randomUUID()).fetch('https://inbox/ws', {
      headers: { Upgrade: 'websocket', ...headers } as Record<string, string>,
    });
    expect(status).toBe(400);
  });
});

describe('an inbox whose connections ended with it', () => {
  /** None of its sockets outlives the object, and none says goodbye. */
  async function lose(person: Person): Promise<void> {
    await runInDurableObject(inboxOf(person), (_inbox, state) => {
      for (const socket of state.getWebSockets()) socket.serializeAttachment(null);
    });
    await putToSleep(person);
  }

  const gone = (room: string, { id }: Person) => ({
    type: 'presence',
    room,
    account: id,
    online: false,
    lastSeenAt: expect.any(String),
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof conversation>>) => Promise<unknown>]>([
    ['its alarm', ({ junho }) => runDurableObjectAlarm(inboxOf(junho))],
    ['the next message to it', ({ hers, room }) => say(hers, room)],
  ])('tells its rooms that its account has gone, once, at %s', async (_name, wake) => {
    const scene = await conversation();
    const { junho, room, hers } = scene;
    expect(await hers.next('presence')).toMatchObject({ account: junho.id, online: true });
    await lose(junho);
    await wake(scene);
    expect(await hers.next('presence')).toEqual(gone(room, junho));
    await say(hers, room);
    await runDurableObjectAlarm(inboxOf(junho));
    const again = await connect(junho);
    expect(await hers.next('presence')).toMatchObject({ account: junho.id, online: true });
    await again.close();
    expect(await hers.next('presence')).toEqual(gone(room, junho));
    expect(hers.all('presence')).toHaveLength(4);
    await hers.close();
  });

  test('says nothing where its account is back', async () => {
    const { junho, room, hers } = await conversation();
    await hers.next('presence');
    await lose(junho);
    const again = await connect(junho);
    await say(hers, room);
    await runDurableObjectAlarm(inboxOf(junho));
    await again.close();
    while ((await hers.next('presence')).online);
    expect(hers.all('presence').filter(({ online }) => !online)).toHaveLength(1);
    await hers.close();
  });
});

describe('an inbox that sleeps', () => {
  test('hears, wakes and goes on in the middle of a conversation, each message once and in order', async () => {
    const { minji, junho, room, hers, his } = await conversation();
    let head = 0;
    for (let round = 0; round < 5; round++) {
      head = await say(hers, room);
      await reached(his, head);
      await putToSleep(junho);
      head = await say(hers, room);
      await reached(his, head);
      await putToSleep(minji);
      // The sender’s own inbox was forgotten: it sends on, and sees the answer.
      head = await say(hers, room);
      await Promise.all([reached(hers, head), reached(his, head)]);
    }
    expect(seqs(his)).toEqual(upTo(head));
    expect(seqs(hers)).toEqual(upTo(head));
    expect(his.all('ready')).toHaveLength(1);
    await Promise.all([hers.close(), his.close()]);
  });

  test('needs nothing of MariaDB to pass a message on', async () => {
    const { junho, room, hers, his } = await conversation();
    await reached(his, await say(hers, room));
    await putToSleep(junho);
    const statements = await runInDurableObject(inboxOf(junho), (inbox) => {
      const seen: string[] = [];
      const { db } = inbox.ports;
      const { query } = db.$client;
      db.$client.query = async (statement, values) => {
        seen.push(typeof statement === 'string' ? statement : statement.sql);
        return query.call(db.$client, statement, values);
      };
      return seen;
    });
    await reached(his, await say(hers, room));
    expect(await runInDurableObject(inboxOf(junho), () => statements)).toEqual([]);
    await Promise.all([hers.close(), his.close()]);
  });

  test('reads the gap where hints were lost while it slept', async () => {
    const { minji, junho, room, hers, his } = await conversation();
    await reached(his, await say(hers, room));
    await putToSleep(junho);
    await writeSilently(minji, room);
    const head = await say(hers, room);
    await reached(his, head);
    expect(seqs(his)).toEqual([1, 2, 3]);
    await Promise.all([hers.close(), his.close()]);
  });

  test('finds a lost tail by its alarm, and a room that it never heard of', async () => {
    const { minji, junho, room, hers, his } = await conversation();
    await reached(his, await say(hers, room));
    await writeSilently(minji, room);
    const [another = ''] = await newRooms(1, minji, junho);
    await putToSleep(junho);
    // Not due yet: an alarm that rings for another reason asks nobody.
    await runDurableObjectAlarm(inboxOf(junho));
    expect(seqs(his)).toEqual([1]);
    expect(await alarmAt(junho, Date.now() + 120_000)).toBe(true);
    await reached(his, 2);
    expect(await his.next('joined')).toMatchObject({ room: another, head: 0 });
    await Promise.all([hers.close(), his.close()]);
  });

  test('ends by its alarm a connection whose session ended where nobody told of it', async () => {
    const { minji, junho, hers, his } = await conversation();
    await endSilently(minji);
    await putToSleep(minji);
    await alarmAt(minji, Date.now() + 120_000);
    expect(await hers.end()).toBe(4403);
    await alarmAt(junho, Date.now() + 120_000);
    expect(his.closed).toBeUndefined();
    await his.close();
  });

  test('knows the places of more rooms than an attachment holds', async () => {
    const { junho, roomIds, hers, his } = await conversation(900);
    const some = [roomIds[0], roomIds[450], roomIds[899]].map((id) => id ?? '');
    for (const room of some) await say(hers, room);
    for (const _ of some) await his.next('message');
    await putToSleep(junho);
    for (const room of some) await say(hers, room);
    for (const _ of some) await his.next('message');
    await putToSleep(junho);
    for (const room of some) await say(his, room);
    for (const room of some) {
      const seen = his.all('message').filter((message) => message.room === room);
      expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3].slice(0, seen.length));
      expect(seen.length).toBeGreaterThanOrEqual(2);
    }
    await Promise.all([hers.close(), his.close()]);
  }, 60_000);

  test('takes a new token, and ends a connection whose token has ended, although it slept', async () => {
    const { minji, room, hers, his } = await conversation();
    await putToSleep(minji);
    const refreshed = await call('POST', '/v1/sessions/refresh', { refreshToken: minji.refreshToken });
    const { accessToken } = await refreshed.json<{ accessToken: string }>();
    hers.send({ type: 'auth', token: accessToken });
    const { expiresAt } = await hers.next('renewed');
    await putToSleep(minji);
    expect(await say(hers, room)).toBe(1);
    await putToSleep(minji);
    await alarmAt(minji, Date.parse(expiresAt) + 1);
    expect(await hers.next('error')).toMatchObject({ code: 'token_expired' });
    expect(await hers.end()).toBe(4401);
    await his.close();
  });

  test('remembers that a room joined before the first `sync` begins with its first message', async () => {
    const [minji, junho] = await Promise.all([newCustomer(), newCustomer()]);
    const his = await connect(junho, 'not yet');
    const [room = ''] = await newRooms(1, minji, junho);
    await writeSilently(minji, room);
    await alarmAt(junho, Date.now() + 120_000);
    expect(await his.next('joined')).toMatchObject({ room, head: 1 });
    await putToSleep(junho);
    his.send({ type: 'sync' });
    await reached(his, 1);
    await his.close();
  });

  test('closes the sockets of a session that ends while it sleeps', async () => {
    const { minji, hers, his } = await conversation();
    await putToSleep(minji);
    await call('POST', '/v1/sessions/log-out', { refreshToken: minji.refreshToken });
    expect(await hers.end()).toBe(4403);
    await his.close();
  });

  test.each(['by a hint', 'by its alarm, where nobody told of it'])(
    'keeps the socket of a key with its scopes, and closes it %s when the key is revoked',
    async (how) => {
      const [minji, junho] = await Promise.all([newCustomer(), newCustomer()]);
      const [room = ''] = await newRooms(1, minji, junho);
      const wanted = { name: '배차 시스템', scopes: ['rooms:read'], password };
      const made = await call('POST', '/v1/me/api-keys', wanted, minji.token);
      const { id, key } = await made.json<{ id: string; key: string }>();
      const hers = await connect({ ...minji, token: key });
      await putToSleep(minji);
      // A year is no time for a timer: the alarm that looks at rooms does not end it.
      await alarmAt(minji, Date.now() + 120_000);
      hers.send({ type: 'send', id: 'k-1', room, body: 'x' });
      expect(await hers.next('error')).toMatchObject({ code: 'scope_missing', id: 'k-1' });
      await putToSleep(minji);
      if (how === 'by a hint') {
        expect((await call('DELETE', `/v1/me/api-keys/${id}`, undefined, minji.token)).status).toBe(204);
      } else {
        await withDatabase((db) => db.execute(sql`update api_keys set revoked_at = now(3) where id = ${id}`));
        await alarmAt(minji, Date.now() + 240_000);
      }
      expect(await hers.end()).toBe(4403);
    },
  );

  test('is answered for by the platform: a ping does not wake it', async () => {
    const { minji, hers, his } = await conversation();
    await putToSleep(minji);
    hers.send('{"type":"ping"}');
    await hers.next('pong');
    await expect(evictDurableObject(inboxOf(minji))).rejects.toThrow(/not.*running/iu);
    await Promise.all([hers.close(), his.close()]);
  });

  test('says who is here and who has gone, asleep or not', async () => {
    const { minji, junho, hers, his } = await conversation();
    await putToSleep(junho);
    expect(await inboxOf(junho).presence()).toMatchObject({ online: true });
    await putToSleep(junho);
    await his.close();
    let gone = await hers.next('presence');
    while (gone.online) gone = await hers.next('presence');
    expect(gone).toMatchObject({ account: junho.id, lastSeenAt: expect.any(String) });
    await putToSleep(junho);
    expect(await inboxOf(junho).presence()).toMatchObject({ online: false, lastSeenAt: expect.any(String) });
    expect(await inboxOf(minji).presence()).toMatchObject({ online: true });
    await hers.close();
  });
});

test('a connection that never asked for anything gives way to one more than an account may have', async () => {
  const minji = await newCustomer();
  const crowd = await Promise.all(Array.from({ length: 20 }, () => connect(minji, 'not yet')));
  await expect(connect(minji)).rejects.toThrow('closed with 4429');
  const setClock = (now: () => number) =>
    runInDurableObject(inboxOf(minji), ({ ports }) => void (ports.clock.now = now));
  const later = Date.now() + 15_000;
  await setClock(() => later);
  const one = await connect(minji);
  await setClock(() => Date.now());
  expect(crowd.filter(({ closed }) => closed?.code === 4429)).toHaveLength(1);
  await Promise.all([one, ...crowd.filter(({ closed }) => closed === undefined)].map((client) => client.close()));
});

describe('a room', () => {
  test('that is forgotten between two messages goes on, and knows a message that is sent again', async () => {
    const { room, hers, his } = await conversation();
    hers.send({ type: 'send', id: 'once', room, body: '한 번만' });
    await hers.next('ack');
    await evictDurableObject(env.ROOM.getByName(room));
    hers.send({ type: 'send', id: 'once', room, body: '한 번만' });
    expect(await hers.next('ack')).toMatchObject({ id: 'once', seq: 1 });
    expect(await say(hers, room)).toBe(2);
    await reached(his, 2);
    expect(seqs(his)).toEqual([1, 2]);
    await Promise.all([hers.close(), his.close()]);
  });

  test('tries again, until it has reached everyone whom a message concerns', async () => {
    const { junho, room, hers, his } = await conversation();
    const stub = env.ROOM.getByName(room);
    // Calls do not find a method that an object has made its own.
    await runInDurableObject(inboxOf(junho), (inbox) => void (inbox.deliver = () => true));
    await say(hers, room);
    for (let attempt = 0; attempt < 2; attempt++) expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(seqs(his)).toEqual([]);
    await runInDurableObject(inboxOf(junho), (inbox) => Reflect.deleteProperty(inbox, 'deliver'));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    await reached(his, 1);
    await Promise.all([hers.close(), his.close()]);
  });

  test('that ended after a commit and before anyone was told tells them by its alarm', async () => {
    const { minji, room, hers, his } = await conversation();
    const stub = env.ROOM.getByName(room);
    await reached(his, await say(hers, room));
    await writeSilently(minji, room);
    // The alarm that guards the commit stands, and whoever finds it anew knows that an earlier life may have ended badly.
    await evictDurableObject(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    await reached(his, 2);
    expect(seqs(his)).toEqual([1, 2]);
    await Promise.all([hers.close(), his.close()]);
  });
});
