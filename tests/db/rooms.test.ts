import { expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { moveReadMark } from '../../db/rooms.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

const plain = { kind: 'text', targetSeq: null, needsMembership: true } as const;

test('read marks and new messages of a room never end in a deadlock', async () => {
  const [writer, reader] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(writer, reader);
  const senderId = writer.id as AccountId;
  const write = async (from: number) => {
    for (let index = from; index < from + 60; index++) {
      const message = { senderId, clientId: `m-${index}`, body: '안녕하세요', ...plain };
      await transaction(database(), (tx) => appendMessages(tx, room, [message], new Date().toISOString()));
    }
  };
  const read = async (accountId: AccountId) => {
    for (let seq = 1; seq <= 120; seq++) await moveReadMark(database(), room, accountId, seq);
  };
  await Promise.all([write(0), write(1_000), read(senderId), read(reader.id as AccountId)]);
  expect(await moveReadMark(database(), room, senderId, 1_000)).toMatchObject({ head: 120, read: 120 });
});
