import { expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { listMessagesAfter } from '../../db/messages.ts';
import { findMembership } from '../../db/rooms.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { database, newCustomer, newDriver } from '../support/people/people.ts';
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
  expect(await findMembership(database(), room, customer.id as AccountId)).toMatchObject({ head: 4, read: 4 });
  expect(await findMembership(database(), room, driver.id as AccountId)).toMatchObject({ head: 4, read: 3 });
});
