import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import { deleteMessage } from '../../functions/rooms/delete-message.ts';
import { editMessage } from '../../functions/rooms/edit-message.ts';
import type { Message } from '../../functions/rooms/room-schema.ts';
import type { RoomId } from '../../schema/ids.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { actorOf, testPorts } from '../support/ports.ts';

async function conversation() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const [minji, junho] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
  minji.send({ type: 'send', id: 'one', room, body: '내일 아홉 시요' });
  await Promise.all([minji.next('ack'), minji.next('message'), junho.next('message')]);
  return { customer, driver, room, minji, junho, close: () => Promise.all([minji.close(), junho.close()]) };
}

const edit = (client: ChatClient, room: RoomId, body: string, id = 'edit') =>
  client.send({ type: 'edit', id, room, seq: 1, body });

/** A process where it is so many minutes later. */
const later = async (minutes: number) => (await testPorts({ now: Date.now() + minutes * 60_000 })).ports;

describe('an edit', () => {
  test('is an entry of the log that reaches everyone, and the message reads changed from then on', async () => {
    const { customer, driver, room, minji, junho, close } = await conversation();
    edit(minji, room, '내일 열 시요');
    expect(await minji.next('ack')).toMatchObject({ id: 'edit', seq: 2 });
    const entry = { type: 'message', seq: 2, kind: 'edit', target: 1, from: customer.id, body: '내일 열 시요' };
    expect(await junho.next('message')).toMatchObject(entry);
    const { body } = await driver.get<Page<Message>>(`/v1/rooms/${room}/messages`);
    expect(body.items).toEqual([
      expect.objectContaining({ seq: 2, kind: 'edit', target: 1, body: '내일 열 시요' }),
      expect.objectContaining({ seq: 1, kind: 'text', body: '내일 열 시요', editedAt: expect.any(String) }),
    ]);
    // Who was away sees the same.
    const late = await connectChat(driver, 0, { [room]: 0 });
    expect(await late.next('message')).toMatchObject({ seq: 1, body: '내일 열 시요' });
    expect(await late.next('message')).toMatchObject({ ...entry });
    await Promise.all([close(), late.close()]);
  });

  test('leaves both ids as idempotent as they were', async () => {
    const { room, minji, close } = await conversation();
    edit(minji, room, '내일 열 시요');
    edit(minji, room, '내일 열 시요');
    expect([(await minji.next('ack')).seq, (await minji.next('ack')).seq]).toEqual([2, 2]);
    minji.send({ type: 'send', id: 'one', room, body: '내일 아홉 시요' });
    expect(await minji.next('ack')).toMatchObject({ id: 'one', seq: 1 });
    minji.send({ type: 'send', id: 'one', room, body: '내일 열 시요' });
    expect(await minji.next('error')).toMatchObject({ code: 'conflict', id: 'one' });
    edit(minji, room, '내일 열한 시요');
    expect(await minji.next('error')).toMatchObject({ code: 'conflict', id: 'edit' });
    await close();
  });

  test('is for the sender alone, of a text, within 15 minutes', async () => {
    const { customer, room, minji, junho, close } = await conversation();
    edit(junho, room, '여덟 시요');
    expect(await junho.next('error')).toMatchObject({ code: 'not_changeable', id: 'edit' });
    minji.send({ type: 'edit', id: 'nothing', room, seq: 99, body: '없는 메시지' });
    expect(await minji.next('error')).toMatchObject({ code: 'message_not_found', id: 'nothing' });
    const change = { room, id: 'late', seq: 1, body: '너무 늦게' };
    const late = editMessage(await later(16), actorOf(customer), change);
    await expect(late).rejects.toMatchObject({ code: 'message_not_changeable' });
    await editMessage(await later(14), actorOf(customer), change);
    await close();
  });
});

describe('a deletion', () => {
  test('takes the text away everywhere, also out of earlier edits', async () => {
    const { driver, room, minji, junho, close } = await conversation();
    edit(minji, room, '비밀번호는 1234');
    await minji.next('ack');
    minji.send({ type: 'delete', id: 'gone', room, seq: 1 });
    expect(await minji.next('ack')).toMatchObject({ id: 'gone', seq: 3 });
    await junho.next('message');
    expect(await junho.next('message')).toMatchObject({ seq: 3, kind: 'deletion', target: 1, body: '' });
    const { body, text } = await driver.get<Page<Message>>(`/v1/rooms/${room}/messages`);
    expect(body.items.map((message) => message.body)).toEqual(['', '', '']);
    expect(body.items[2]?.deletedAt).toEqual(expect.any(String));
    expect(text).not.toContain('1234');
    const [rows] = await database().execute(sql`select body from messages where room_id = ${room} and body <> ''`);
    expect(rows).toEqual([]);
    // Nothing more can be done to it, and sending it again brings it not back.
    edit(minji, room, '다시', 'again');
    expect(await minji.next('error')).toMatchObject({ code: 'not_changeable', id: 'again' });
    minji.send({ type: 'send', id: 'one', room, body: '내일 아홉 시요' });
    expect(await minji.next('ack')).toMatchObject({ id: 'one', seq: 1 });
    await close();
  });

  test('is for the sender within 15 minutes, and for an admin at any time', async () => {
    const { customer, room, close } = await conversation();
    const deletion = { room, id: 'gone', seq: 1 };
    const late = deleteMessage(await later(16), actorOf(customer), deletion);
    await expect(late).rejects.toMatchObject({ code: 'message_not_changeable' });
    const byAdmin = deleteMessage(await later(60 * 24), actorOf(await newAdmin()), deletion);
    expect(await byAdmin).toMatchObject({ message: { kind: 'deletion', target: 1 } });
    await close();
  });

  test('an admin may delete any message, and nothing else in a room', async () => {
    const { room, minji, junho, close } = await conversation();
    const admin = await newAdmin();
    const path = `/v1/rooms/${room}/messages/1`;
    expect(await admin.call(path, { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await admin.call(path, { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await junho.next('message')).toMatchObject({ kind: 'deletion', from: admin.id, seq: 2 });
    const write = await admin.post(`/v1/rooms/${room}/messages`, { id: 'x', body: '안내' });
    expect(write).toMatchObject(refusal(404, 'not_found'));
    const change = await admin.call(path, { method: 'PATCH', body: { id: 'x', body: '고침' } });
    expect(change).toMatchObject(refusal(404, 'not_found'));
    // The log goes on after an entry of someone who is no member.
    minji.send({ type: 'send', id: 'two', room, body: '네' });
    expect(await minji.next('ack')).toMatchObject({ seq: 3 });
    await close();
  });

  test('over HTTP goes through again, whatever ids its sender used', async () => {
    const { customer, room, minji, close } = await conversation();
    minji.send({ type: 'send', id: 'delete-1', room, body: '제 아이디입니다' });
    await minji.next('ack');
    const path = `/v1/rooms/${room}/messages/1`;
    expect(await customer.call(path, { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await customer.call(path, { method: 'DELETE' })).toMatchObject({ status: 204 });
    await close();
  });

  test('others cannot', async () => {
    const { driver, room, close } = await conversation();
    const mine = await driver.call(`/v1/rooms/${room}/messages/1`, { method: 'DELETE' });
    expect(mine).toMatchObject(refusal(409, 'message_not_changeable'));
    const stranger = await newCustomer();
    const theirs = await stranger.call(`/v1/rooms/${room}/messages/1`, { method: 'DELETE' });
    expect(theirs).toMatchObject(refusal(404, 'not_found'));
    await close();
  });
});

describe('a system message', () => {
  test('opens the room of a selected order; nobody can edit or forge it', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const [minji, junho] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
    const order = await placed(customer);
    const quote = await quoted(driver, order);
    const { body } = await customer.post<{ room: { id: RoomId } }>(`/v1/quotes/${quote.id}/select`);
    const { room } = body;
    for (const client of [minji, junho]) {
      expect(await client.next('joined')).toMatchObject({ room: room.id });
      const message = await client.next('message');
      expect(message).toMatchObject({ room: room.id, seq: 1, kind: 'system', from: customer.id });
      expect(JSON.parse(message.body)).toEqual({
        event: 'quote_selected',
        order: order.id,
        quote: quote.id,
        room: room.id,
      });
    }
    minji.send({ type: 'edit', id: 'e', room: room.id, seq: 1, body: '고침' });
    expect(await minji.next('error')).toMatchObject({ code: 'not_changeable' });
    minji.send({ type: 'send', id: 'system quote_selected', room: room.id, body: '가짜' });
    expect(await minji.next('error')).toMatchObject({ code: 'malformed' });
    await Promise.all([minji.close(), junho.close()]);
  });
});
