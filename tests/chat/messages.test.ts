import { describe, expect, test } from 'vitest';
import { listMessagesAfter } from '../../db/messages.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

async function conversation() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const [minji, junho] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
  return { customer, driver, room, minji, junho };
}

describe('send', () => {
  test('is acknowledged after the commit, and reaches the other process and the sender', async () => {
    const { customer, room, minji, junho } = await conversation();
    minji.send({ type: 'send', id: 'm-1', room, body: '몇 시에 도착하세요? 🚌' });
    const ack = await minji.next('ack');
    expect(ack).toMatchObject({ id: 'm-1', room, seq: 1 });
    const [stored] = await listMessagesAfter(database(), { roomId: room, after: 0, limit: 1 });
    expect(stored).toMatchObject({ seq: 1, body: '몇 시에 도착하세요? 🚌', sentAt: ack.at });
    const content = { room, seq: 1, id: 'm-1', from: customer.id, kind: 'text', body: stored?.body, at: ack.at };
    const message = { type: 'message', ...content };
    expect(await junho.next('message')).toEqual(message);
    expect(await minji.next('message')).toEqual(message);
    await Promise.all([minji.close(), junho.close()]);
  });

  test('by HTTP, under its room’s id in capitals, reaches the room’s sockets all the same', async () => {
    const { customer, room, minji, junho } = await conversation();
    const sent = await customer.post(`/v1/rooms/${room.toUpperCase()}/messages`, { id: 'h-1', body: '네' });
    expect(sent.status).toBe(201);
    expect(await junho.next('message')).toMatchObject({ room, id: 'h-1', seq: 1 });
    await Promise.all([minji.close(), junho.close()]);
  });

  test("reaches the sender's other devices", async () => {
    const { customer, room, minji, junho } = await conversation();
    const phone = await connectChat(customer, 1);
    minji.send({ type: 'send', id: 'm-1', room, body: '네' });
    expect(await phone.next('message')).toMatchObject({ id: 'm-1', from: customer.id });
    await Promise.all([minji.close(), junho.close(), phone.close()]);
  });

  test('sent again it gives the first sequence, and is delivered once', async () => {
    const { room, minji, junho } = await conversation();
    for (let time = 0; time < 3; time++) minji.send({ type: 'send', id: 'same', room, body: '한 번만' });
    minji.send({ type: 'send', id: 'after', room, body: '다음' });
    const acks = [await minji.next('ack'), await minji.next('ack'), await minji.next('ack'), await minji.next('ack')];
    expect(acks.map(({ id, seq }) => [id, seq])).toEqual([
      ['same', 1],
      ['same', 1],
      ['same', 1],
      ['after', 2],
    ]);
    await junho.next('message');
    expect(await junho.next('message')).toMatchObject({ seq: 2, id: 'after' });
    await Promise.all([minji.close(), junho.close()]);
  });

  test('refuses a known id with another body', async () => {
    const { room, minji, junho } = await conversation();
    minji.send({ type: 'send', id: 'x', room, body: '하나' });
    await minji.next('ack');
    minji.send({ type: 'send', id: 'x', room, body: '둘' });
    expect(await minji.next('error')).toMatchObject({ code: 'conflict', id: 'x' });
    // The id is the sender's own: the other side may use the same.
    junho.send({ type: 'send', id: 'x', room, body: '셋' });
    expect(await junho.next('ack')).toMatchObject({ id: 'x', seq: 2 });
    await Promise.all([minji.close(), junho.close()]);
  });

  test('keeps strangers out of a room, and unknown rooms unknown', async () => {
    const { room, minji, junho } = await conversation();
    const stranger = await connectChat(await newCustomer());
    for (const target of [room, '01a2099c-14f4-7000-a632-c6ff38b4bcdf']) {
      stranger.send({ type: 'send', id: 'spy', room: target, body: '들여보내 주세요' });
      expect(await stranger.next('error')).toMatchObject({ code: 'not_found', id: 'spy' });
      stranger.send({ type: 'read', room: target, seq: 1 });
      expect(await stranger.next('error')).toMatchObject({ code: 'not_found', room: target });
      stranger.send({ type: 'typing', room: target });
      expect(await stranger.next('error')).toMatchObject({ code: 'not_found', room: target });
      stranger.send({ type: 'sync', rooms: { [target]: 0 } });
      expect(await stranger.next('error')).toMatchObject({ code: 'not_found', room: target });
    }
    expect(await listMessagesAfter(database(), { roomId: room, after: 0, limit: 1 })).toEqual([]);
    await Promise.all([minji.close(), junho.close(), stranger.close()]);
  });

  test('many senders over two processes: one order for everyone, without a hole or a double', async () => {
    const people = await Promise.all([newCustomer(), newDriver(), newDriver(), newCustomer()]);
    const room = await newRoom(...people);
    const clients = await Promise.all(people.map((person, index) => connectChat(person, index % 2)));
    const each = 100;
    for (let index = 0; index < each; index++) {
      for (const [who, client] of clients.entries()) {
        client.send({ type: 'send', id: `${who}-${index}`, room, body: `${who}의 ${index}번째` });
      }
    }
    const expected = each * clients.length;
    for (const client of clients) while ((await client.next('message')).seq < expected);
    const seen = clients.map((client) => client.all('message').map(({ seq, from, id }) => `${seq} ${from} ${id}`));
    expect(seen[0]).toHaveLength(expected);
    for (const view of seen) expect(view).toEqual(seen[0]);
    expect(clients[0]?.all('message').map(({ seq }) => seq)).toEqual(Array.from({ length: expected }, (_, n) => n + 1));
    // A sender's messages keep the order in which it sent them.
    for (const [who, person] of people.entries()) {
      const own = clients[0]?.all('message').filter(({ from }) => from === person.id);
      expect(own?.map(({ id }) => id)).toEqual(Array.from({ length: each }, (_, n) => `${who}-${n}`));
    }
    await Promise.all(clients.map((client) => client.close()));
  });
});

/** Frames that the protocol does not know. */
const bad = (room: string): unknown[] => [
  'not json',
  '[]',
  'null',
  '"text"',
  '{"type":"message"}',
  '{"type":"send"}',
  { type: 'send', id: '한글', room, body: 'x' },
  { type: 'send', id: 'a'.repeat(65), room, body: 'x' },
  { type: 'send', id: 'a', room: 'nowhere', body: 'x' },
  { type: 'send', id: 'a', room, body: 'x', from: 'someone else' },
  { type: 'read', room, seq: -1 },
  { type: 'read', room, seq: 1.5 },
  { type: 'sync', rooms: { [room]: 'all' } },
  { type: 'sync', rooms: { __proto__: 1, x: 1 } },
];

describe('frames that make no sense', () => {
  test('are answered with `malformed`, and the connection goes on', async () => {
    const { room, minji, junho } = await conversation();
    const frames = bad(room);
    for (const frame of frames) {
      minji.send(frame);
      expect(await minji.next('error'), JSON.stringify(frame)).toMatchObject({ code: 'malformed' });
    }
    minji.send({ type: 'send', id: 'fine', room, body: '괜찮아요' });
    expect(await minji.next('ack')).toMatchObject({ id: 'fine', seq: 1 });
    await Promise.all([minji.close(), junho.close()]);
  });

  test('are answered with the id and the room that they name', async () => {
    const { room, minji, junho } = await conversation();
    minji.send({ type: 'send', id: 'bodiless', room });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', id: 'bodiless', room });
    minji.send({ type: 'send', id: 'nowhere', room: 'nowhere', body: 'x' });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', id: 'nowhere' });
    minji.send({ type: 'send', id: 7, room: 7 });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed' });
    await Promise.all([minji.close(), junho.close()]);
  });

  test('too many of them close it', async () => {
    const { minji, junho } = await conversation();
    for (let index = 0; index < 25; index++) minji.send('nonsense');
    expect((await minji.closed).code).toBe(1008);
    await junho.close();
  });

  test('a binary frame is one of them', async () => {
    const { minji, junho } = await conversation();
    minji.socket.send(Buffer.from('{"type":"sync"}'));
    expect(await minji.next('error')).toMatchObject({ code: 'malformed' });
    await Promise.all([minji.close(), junho.close()]);
  });
});
