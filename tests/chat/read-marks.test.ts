import { expect, inject, test } from 'vitest';
import type { RoomId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

interface Scene {
  customer: Person;
  room: RoomId;
  minji: ChatClient;
}

/** The customer has written 1 and been answered 2 and 3. Somebody reads on two devices, and watches on both processes. */
async function scene(): Promise<Scene & { driver: Person; junho: ChatClient; close(): Promise<unknown> }> {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const [minji, junho] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
  minji.send({ type: 'send', id: 'own', room, body: '언제 오세요?' });
  await minji.next('ack');
  for (const id of ['first', 'second']) junho.send({ type: 'send', id, room, body: id });
  for (const client of [minji, junho]) while ((await client.next('message')).seq < 3);
  return { customer, driver, room, minji, junho, close: () => Promise.all([minji.close(), junho.close()]) };
}

/** How the room stands in `ready` of a new connection. */
async function standing(person: Person): Promise<unknown> {
  const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${person.token}`]);
  const { rooms } = await chat.next('ready');
  await chat.close();
  return rooms;
}

const written: [string, (scene: Scene) => unknown][] = [
  ['a text', ({ minji, room }) => minji.send({ type: 'send', id: 'queued', room, body: '네' })],
  ['a text sent again', ({ minji, room }) => minji.send({ type: 'send', id: 'own', room, body: '언제 오세요?' })],
  ['an edit', ({ minji, room }) => minji.send({ type: 'edit', id: 'e', room, seq: 1, body: '언제요?' })],
  ['a deletion', ({ minji, room }) => minji.send({ type: 'delete', id: 'd', room, seq: 1 })],
];

test.each(written)('%s of one’s own reads nothing, and tells nobody that it did', async (_name, write) => {
  const { customer, room, minji, junho, close, ...rest } = await scene();
  write({ customer, room, minji });
  const { seq } = await minji.next('ack');
  const head = Math.max(3, seq);
  // What comes after it in the same room has passed everything that the writing told.
  minji.send({ type: 'read', room, seq: 2 });
  const mark = { type: 'read', room, account: customer.id, seq: 2 };
  expect(await junho.next('read')).toEqual(mark);
  expect([...junho.all('read'), ...minji.all('read')].every(({ seq: at }) => at === 2)).toBe(true);
  expect(await standing(customer)).toEqual([{ id: room, head, read: 2 }]);
  expect(await standing(rest.driver)).toEqual([{ id: room, head, read: 0 }]);
  await close();
});

test.each<[string, (scene: Scene) => unknown]>([
  ['in a frame', ({ minji, room }) => minji.send({ type: 'read', room, seq: 3 })],
  ['over HTTP', ({ customer, room }) => customer.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq: 3 } })],
])('reading %s is told to the room and to one’s own devices', async (_name, read) => {
  const { customer, room, minji, junho, close } = await scene();
  const phone = await connectChat(customer, inject('chatOrigins').length - 1);
  await read({ customer, room, minji });
  const mark = { type: 'read', room, account: customer.id, seq: 3 };
  for (const client of [minji, phone, junho]) expect(await client.next('read')).toEqual(mark);
  expect(await standing(customer)).toEqual([{ id: room, head: 3, read: 3 }]);
  await Promise.all([close(), phone.close()]);
});
