import { expect, inject, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import type { NewMessage } from '../../db/append-messages.ts';
import { listMessagesAfter } from '../../db/messages.ts';
import { findMembership } from '../../db/rooms.ts';
import { connect } from '../../db/engine/connect.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

const text = (sender: Person, clientId: string, body: string) => ({
  senderId: sender.id as AccountId,
  clientId,
  kind: 'text' as const,
  body,
  targetSeq: null,
  needsMembership: true,
});

test('a batch of new, known, doubled, conflicting and foreign messages leaves no hole', async () => {
  const [customer, driver, stranger] = await Promise.all([newCustomer(), newDriver(), newCustomer()]);
  const room = await newRoom(customer, driver);
  const append = (batch: ReturnType<typeof text>[]) =>
    transaction(database(), (tx) => appendMessages(tx, room, batch, new Date().toISOString()));

  await append([text(customer, 'a', '하나'), text(driver, 'a', '둘')]);
  const outcomes = await append([
    text(driver, 'b', '셋'),
    text(customer, 'a', '하나'),
    text(stranger, 'a', '몰래'),
    text(driver, 'b', '셋'),
    text(driver, 'a', '다른 말'),
    text(customer, 'b', '넷'),
  ]);

  expect(outcomes.map((each) => [each.kind, 'message' in each && each.message.seq])).toEqual([
    ['appended', 3],
    ['known', 1],
    ['not_found', false],
    ['known', 3],
    ['conflict', false],
    ['appended', 4],
  ]);
  const log = await listMessagesAfter(database(), { roomId: room, after: 0, limit: 10 });
  expect(log.map(({ seq, body }) => [seq, body])).toEqual([
    [1, '하나'],
    [2, '둘'],
    [3, '셋'],
    [4, '넷'],
  ]);
  expect(await findMembership(database(), room, customer.id as AccountId)).toMatchObject({ head: 4, read: 0 });
  expect(await findMembership(database(), room, driver.id as AccountId)).toMatchObject({ head: 4, read: 0 });
});

test('no transaction goes on after an insert that failed: it is undone, and done again', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const ran: string[] = [];
  const db = connect(inject('databaseUrl'), {
    connections: 1,
    observe: (sql) => void ran.push(/for update/u.test(sql) ? 'lock' : (/\w+/u.exec(sql)?.[0] ?? sql)),
  });
  const append = (batch: ReturnType<typeof text>[]) =>
    transaction(db, (tx) => appendMessages(tx, room, batch, new Date().toISOString()));
  const known = text(customer, 'known', '하나');
  await append([known]);
  ran.length = 0;
  const outcomes = await append([text(customer, 'new', '둘'), known]);
  await db.$client.close();
  expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'known']);
  expect(ran.join(' ')).toBe('begin lock insert rollback begin lock select insert update commit');
});

const at = (second: number) => `2026-11-23T08:00:${String(second).padStart(2, '0')}.000Z`;

test.each([
  ['one clock', [1, 2, 3], [1, 2, 3]],
  ['the same instant', [1, 1, 1], [1, 1, 1]],
  ['a clock that is behind', [5, 2, 6], [5, 5, 6]],
  ['a clock that is ahead', [1, 50, 3, 4], [1, 50, 50, 50]],
  ['clocks that take turns', [5, 1, 6, 2, 7], [5, 5, 6, 6, 7]],
])('by %s, the time of a room never goes back', async (_name, clocks, expected) => {
  const customer = await newCustomer();
  const room = await newRoom(customer);
  const told = [];
  for (const [index, second] of clocks.entries()) {
    const batch = [text(customer, `m-${index}`, '하나')];
    const outcomes = await transaction(database(), (tx) => appendMessages(tx, room, batch, at(second)));
    told.push(...outcomes.flatMap((each) => ('message' in each ? [each.message.sentAt] : [])));
  }
  const log = await listMessagesAfter(database(), { roomId: room, after: 0, limit: 10 });
  expect(log.map(({ sentAt }) => sentAt)).toEqual(expected.map(at));
  expect(told).toEqual(expected.map(at));
});

test('an edit and a deletion by a clock that is behind come after what they are about', async () => {
  const customer = await newCustomer();
  const room = await newRoom(customer);
  const append = (message: NewMessage, second: number) =>
    transaction(database(), (tx) => appendMessages(tx, room, [message], at(second), () => true));
  await append(text(customer, 'a', '하나'), 30);
  await append({ ...text(customer, 'b', '둘'), kind: 'edit', targetSeq: 1 }, 10);
  await append({ ...text(customer, 'c', ''), kind: 'deletion', targetSeq: 1 }, 20);
  const log = await listMessagesAfter(database(), { roomId: room, after: 0, limit: 10 });
  expect(log.map(({ sentAt }) => sentAt)).toEqual([at(30), at(30), at(30)]);
  expect(log[0]).toMatchObject({ editedAt: at(30), deletedAt: at(30) });
});
