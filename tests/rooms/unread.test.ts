import { expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Message, Room } from '../../functions/rooms/room-schema.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

interface Conversation {
  reader: Person;
  other: Person;
  room: RoomId;
}

const say = async (person: Person, room: RoomId, id: string) =>
  (await person.post<Message>(`/v1/rooms/${room}/messages`, { id, body: id })).body.seq;
const edit = (person: Person, room: RoomId, seq: number) =>
  person.call(`/v1/rooms/${room}/messages/${seq}`, { method: 'PATCH', body: { id: `edit-${seq}`, body: '고침' } });
const remove = (person: Person, room: RoomId, seq: number) =>
  person.call(`/v1/rooms/${room}/messages/${seq}`, { method: 'DELETE' });
const read = (person: Person, room: RoomId, seq: number) =>
  person.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq } });

async function system({ other, room }: Conversation): Promise<void> {
  const message = {
    kind: 'system',
    body: '{"event":"order_cancelled"}',
    targetSeq: null,
    needsMembership: false,
  } as const;
  const senderId = other.id as AccountId;
  await transaction(database(), (tx) =>
    appendMessages(tx, room, [{ senderId, clientId: 'system 1', ...message }], new Date().toISOString()),
  );
}

/** How the room stands for one of its members. */
async function standing(person: Person): Promise<{ head: number; read: number; unread: number }> {
  const { body } = await person.get<Page<Room>>('/v1/rooms');
  const [room] = body.items;
  if (room === undefined) throw new Error('there is no room');
  const { head, read: mark, unread } = room;
  expect(room.members.find(({ id }) => id === person.id)?.read).toBe(mark);
  return { head, read: mark, unread };
}

/**
 * The reader has written 1, the other 2 and 3, the reader has read 2: so one is unread. Then something happens, and this is how
 * many are unread. Whatever it is, the reader's mark stays where it was, unless something is read.
 */
test.each<[string, number, (conversation: Conversation) => Promise<unknown>]>([
  ['nothing', 1, async () => {}],
  ['a text of another', 2, ({ other, room }) => say(other, room, 'more')],
  ['an edit of what was read', 1, ({ other, room }) => edit(other, room, 2)],
  ['an edit of what is unread', 1, ({ other, room }) => edit(other, room, 3)],
  ['a deletion of what was read', 1, ({ other, room }) => remove(other, room, 2)],
  ['a deletion of what is unread', 0, ({ other, room }) => remove(other, room, 3)],
  [
    'a text that is edited and deleted',
    1,
    async ({ other, room }) => {
      const seq = await say(other, room, 'more');
      await edit(other, room, seq);
      await remove(other, room, seq);
    },
  ],
  ['a system message', 1, system],
  ['an own text, as one that waited until its writer was back', 1, ({ reader, room }) => say(reader, room, 'queued')],
  ['an own text sent again', 1, ({ reader, room }) => say(reader, room, 'own')],
  ['an edit of an own old text', 1, ({ reader, room }) => edit(reader, room, 1)],
  ['a deletion of an own old text', 1, ({ reader, room }) => remove(reader, room, 1)],
  [
    'own texts between those of another',
    2,
    async ({ reader, other, room }) => {
      await say(reader, room, 'queued');
      await say(other, room, 'more');
      await say(reader, room, 'queued too');
    },
  ],
  ['reading up to where everything was read', 1, ({ reader, room }) => read(reader, room, 1)],
  ['reading of another', 1, ({ other, room }) => read(other, room, 3)],
])('after %s there are %i unread, and the mark stands', async (_name, unread, happen) => {
  const [reader, other] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(reader, other);
  await say(reader, room, 'own');
  for (const id of ['first', 'second']) await say(other, room, id);
  expect((await read(reader, room, 2)).body).toEqual({ read: 2, unread: 1 });
  await happen({ reader, other, room });
  expect(await standing(reader)).toMatchObject({ read: 2, unread });
});

test.each([
  ['to a message', 3, { read: 3, unread: 1 }],
  ['to the head', 4, { read: 4, unread: 0 }],
  ['beyond the head', 1_000_000, { read: 4, unread: 0 }],
  ['back', 1, { read: 2, unread: 1 }],
  ['to nothing', 0, { read: 2, unread: 1 }],
])('reading %s moves the mark forward alone, and no further than the head', async (_name, seq, expected) => {
  const [reader, other] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(reader, other);
  for (const id of ['first', 'second']) await say(other, room, id);
  await say(reader, room, 'own');
  await say(other, room, 'third');
  await read(reader, room, 2);
  expect((await read(reader, room, seq)).body).toEqual(expected);
  expect(await standing(reader)).toEqual({ head: 4, ...expected });
});
