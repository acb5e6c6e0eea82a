import { describe, expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

const nowhere = '01a2099c-14f4-7000-a632-c6ff38b4bcdf';

/**
 * A room whose log is: 1 an own text, 2 one of the other, 3 an own text that was deleted by 4, 5 a system message, 6 an edit of
 * 1; and another room, where the writer is a stranger.
 */
async function scene() {
  const [customer, driver, stranger] = await Promise.all([newCustomer(), newDriver(), newCustomer()]);
  const room = await newRoom(customer, driver);
  const foreign = await newRoom(driver, stranger);
  const message = (sender: Person, clientId: string, more = {}) => ({
    senderId: sender.id as AccountId,
    clientId,
    kind: 'text' as const,
    body: clientId,
    targetSeq: null as number | null,
    needsMembership: true,
    ...more,
  });
  const batch = [
    message(customer, 'own'),
    message(driver, 'other'),
    message(customer, 'gone'),
    message(customer, 'deletion', { kind: 'deletion', body: '', targetSeq: 3 }),
    message(driver, 'system 1', { kind: 'system', body: '{}', needsMembership: false }),
    message(customer, 'edit', { kind: 'edit', targetSeq: 1 }),
  ];
  for (const each of batch) {
    await transaction(database(), (tx) => appendMessages(tx, room, [each], new Date().toISOString(), () => true));
  }
  return { customer, room, foreign, minji: await connectChat(customer) };
}

const statuses = { not_found: 404, message_not_found: 404, not_changeable: 409, conflict: 409 } as const;
const problems = {
  not_found: 'not_found',
  message_not_found: 'message_not_found',
  not_changeable: 'message_not_changeable',
  conflict: 'message_conflict',
} as const;

describe.each(['edit', 'delete'] as const)('an %s that cannot be', (type) => {
  test.each<[string, 'room' | 'foreign' | 'nowhere', number, keyof typeof problems]>([
    ['of a message that the room does not have', 'room', 99, 'message_not_found'],
    ['of no message', 'room', 0, 'message_not_found'],
    ['in a room that is for others', 'foreign', 1, 'not_found'],
    ['in a room that does not exist', 'nowhere', 1, 'not_found'],
    ['of a text of another', 'room', 2, 'not_changeable'],
    ['of a text that was deleted', 'room', 3, 'not_changeable'],
    ['of a deletion', 'room', 4, 'not_changeable'],
    ['of a system message', 'room', 5, 'not_changeable'],
    ['of an edit', 'room', 6, 'not_changeable'],
  ])('%s says which', async (_name, where, seq, code) => {
    const { customer, minji, ...rooms } = await scene();
    const room = where === 'nowhere' ? nowhere : rooms[where];
    minji.send({ type, id: 'change', room, seq, ...(type === 'edit' && { body: '고침' }) });
    expect(await minji.next('error')).toEqual({ type: 'error', code, id: 'change', room });
    await minji.close();
    // A path names a message from 1 on.
    if (seq === 0) return;
    const path = `/v1/rooms/${room}/messages/${seq}`;
    const answer = await (type === 'edit'
      ? customer.call(path, { method: 'PATCH', body: { id: 'change', body: '고침' } })
      : customer.call(path, { method: 'DELETE' }));
    expect(answer).toMatchObject(refusal(statuses[code], problems[code]));
  });

  test('because its id was used for something else in this room says so', async () => {
    const { room, minji } = await scene();
    minji.send({ type, id: 'own', room, seq: 1, ...(type === 'edit' && { body: '고침' }) });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'conflict', id: 'own', room });
    await minji.close();
  });
});

describe('a cursor', () => {
  const say = async (client: ChatClient, room: RoomId, id: string): Promise<number> => {
    client.send({ type: 'send', id, room, body: id });
    return (await client.next('ack')).seq;
  };

  test.each<[string, number, boolean]>([
    ['of the head', 6, false],
    ['one beyond the head', 7, true],
    ['far beyond the head', 1_000_000, true],
    ['as far as numbers go', Number.MAX_SAFE_INTEGER, true],
  ])(
    '%s, in a first or a later sync, is told where it is beyond, and hides nothing',
    async (_name, cursor, isBeyond) => {
      const { customer, room, minji } = await scene();
      const first = await connectChat(customer, 0, { [room]: cursor });
      minji.send({ type: 'sync', rooms: { [room]: 6 } });
      minji.send({ type: 'sync', rooms: { [room]: cursor } });
      const told = { type: 'error', code: 'beyond_head', room, seq: 6 };
      if (isBeyond) for (const client of [first, minji]) expect(await client.next('error')).toEqual(told);
      expect(await say(first, room, 'next')).toBe(7);
      for (const client of [first, minji]) {
        expect(await client.next('message')).toMatchObject({ seq: 7, id: 'next' });
        expect(client.all('error')).toEqual(isBeyond ? [told] : []);
      }
      await Promise.all([first.close(), minji.close()]);
    },
  );

  test('that only this process has not reached yet is not beyond the head', async () => {
    const { customer, room, minji } = await scene();
    const message = { clientId: 'unheard', kind: 'text', body: '넷', targetSeq: null, needsMembership: true } as const;
    const batch = [{ ...message, senderId: customer.id as AccountId }];
    await transaction(database(), (tx) => appendMessages(tx, room, batch, new Date().toISOString()));
    minji.send({ type: 'sync', rooms: { [room]: 7 } });
    expect(await say(minji, room, 'next')).toBe(8);
    expect(await minji.next('message')).toMatchObject({ seq: 8 });
    expect(minji.all('error')).toEqual([]);
    await minji.close();
  });
});
