import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createMemoryBus } from '../../adapters/memory/bus.ts';
import { createNoMetrics } from '../../adapters/memory/metrics.ts';
import type { NewMessage } from '../../db/append-messages.ts';
import { connect } from '../../db/engine/connect.ts';
import { listMessagesAfter } from '../../db/messages.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { Appended, MessageLog } from '../../functions/ports.ts';
import { createMessageLog } from '../../functions/rooms/message-log.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { everywhere } from '../support/everywhere.ts';
import { startEdgePorts } from '../support/servers/edge-ports.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** A log, as its own runtime has it: what it answers, or the code of the problem that it rejects with. */
interface OpenLog {
  /** One caller appends these, in this order, and does not wait in between. */
  append(roomId: RoomId, ...sent: NewMessage[]): Promise<(Appended | { problem: string })[]>;
  close(): Promise<void>;
}

const codeOf = (error: unknown): { problem: string } => {
  if (error instanceof Problem) return { problem: error.code };
  throw error;
};

function inThisProcess(db = database()): MessageLog {
  const clock = { now: () => Date.now() };
  return createMessageLog({ db, bus: createMemoryBus(log), clock, log, metrics: createNoMetrics() });
}

const implementations: [string, () => Promise<OpenLog>][] = [
  [
    'of a process',
    async () => {
      const messages = inThisProcess();
      return {
        append: (roomId, ...sent) => Promise.all(sent.map((message) => messages.append(roomId, message).catch(codeOf))),
        close: async () => {},
      };
    },
  ],
  [
    'of the edge, in the room’s object',
    async () => {
      const { worker, ports } = await startEdgePorts();
      return { append: (roomId, ...sent) => ports.append(roomId, sent), close: () => worker.stop() };
    },
  ],
];

let ids = 0;
const text = (sender: Person, more: Partial<NewMessage> = {}): NewMessage => ({
  senderId: sender.id as AccountId,
  clientId: `m-${++ids}`,
  kind: 'text',
  body: '안녕하세요',
  targetSeq: null,
  needsMembership: true,
  ...more,
});

const stored = async (room: RoomId) =>
  (await listMessagesAfter(database(), { roomId: room, after: 0, limit: 1_000 })).map(({ seq, clientId }) => [
    seq,
    clientId,
  ]);

// A Worker more for each of these suites.
describe.each(implementations.filter(([name]) => everywhere || !name.includes('edge')))(
  'the log of a room: %s',
  (_name, open) => {
    let messages: OpenLog;
    let customer: Person;
    let driver: Person;
    let room: RoomId;

    beforeAll(async () => {
      messages = await open();
      [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    });
    beforeEach(async () => {
      room = await newRoom(customer, driver);
    });
    afterAll(() => messages.close());

    test('has a message once it says so', async () => {
      const message = text(customer);
      const [outcome] = await messages.append(room, message);
      expect(outcome).toMatchObject({ appended: true, message: { seq: 1, clientId: message.clientId } });
      expect(await stored(room)).toEqual([[1, message.clientId]]);
    });

    test('has the same message once, however often it is sent, also at the same time', async () => {
      const message = text(customer);
      const atOnce = await Promise.all([1, 2, 3].map(() => messages.append(room, message)));
      const outcomes = [...atOnce.flat(), ...(await messages.append(room, message))];
      for (const outcome of outcomes) expect(outcome).toMatchObject({ message: { seq: 1 } });
      expect(outcomes.filter((outcome) => 'appended' in outcome && outcome.appended)).toHaveLength(1);
      expect(await stored(room)).toEqual([[1, message.clientId]]);
    });

    test('takes a known id with another content for a conflict, of the same sender in the same room alone', async () => {
      const [message, another] = [text(customer), await newRoom(customer, driver)];
      await messages.append(room, message);
      expect(await messages.append(room, { ...message, body: '다른 말' })).toEqual([{ problem: 'message_conflict' }]);
      const others = { ...message, senderId: driver.id as AccountId };
      expect(await messages.append(room, others)).toMatchObject([{ message: { seq: 2 } }]);
      expect(await messages.append(another, message)).toMatchObject([{ message: { seq: 1 } }]);
    });

    test('keeps the order in which one caller appends', async () => {
      const sent = Array.from({ length: 40 }, () => text(customer));
      expect(await messages.append(room, ...sent)).toMatchObject(
        sent.map((_, index) => ({ message: { seq: index + 1 } })),
      );
      expect(await stored(room)).toEqual(sent.map(({ clientId }, index) => [index + 1, clientId]));
    });

    test('has no hole after what it refused', async () => {
      const message = text(customer);
      const outcomes = await messages.append(
        room,
        message,
        { ...message, body: '다른 말' },
        text(driver, { kind: 'edit', targetSeq: 99 }),
        text(driver),
      );
      expect(outcomes).toMatchObject([
        { message: { seq: 1 } },
        { problem: 'message_conflict' },
        { problem: 'message_not_found' },
        { message: { seq: 2 } },
      ]);
    });

    test('is unknown to who does not belong to the room, and to everyone where there is none', async () => {
      const stranger = await newCustomer();
      const nowhere = crypto.randomUUID() as RoomId;
      expect(await messages.append(room, text(stranger))).toEqual([{ problem: 'not_found' }]);
      for (const needsMembership of [true, false]) {
        expect(await messages.append(nowhere, text(customer, { needsMembership }))).toEqual([{ problem: 'not_found' }]);
      }
      expect(await stored(room)).toEqual([]);
    });

    test('lets a text be changed by its sender, and deleted by an admin who is no member', async () => {
      const admin = await newAdmin();
      await messages.append(room, text(customer));
      const edit = (person: Person) =>
        messages.append(room, text(person, { kind: 'edit', targetSeq: 1, body: '고침' }));
      expect(await edit(driver)).toEqual([{ problem: 'message_not_changeable' }]);
      expect(await edit(customer)).toMatchObject([{ appended: true, message: { seq: 2 } }]);
      const deletion = text(admin, { kind: 'deletion', targetSeq: 1, body: '', needsMembership: false });
      expect(await messages.append(room, deletion)).toMatchObject([{ appended: true, message: { seq: 3 } }]);
      expect(await messages.append(room, deletion)).toMatchObject([{ appended: false, message: { seq: 3 } }]);
      expect(await edit(customer)).toEqual([{ problem: 'message_not_changeable' }]);
    });
  },
);

describe('the logs of several rooms', () => {
  let members: Person[];
  let rooms: RoomId[];
  const wordOf = (sql: string) => (/for update/u.test(sql) ? 'lock' : (/\w+/u.exec(sql)?.[0] ?? sql));

  /** A log of a process, and the first words of what its transactions run. */
  function observed(connections: number) {
    const ran: string[] = [];
    const db = connect(inject('databaseUrl'), { connections, observe: (sql) => void ran.push(wordOf(sql)) });
    return { log: inThisProcess(db), ran, close: () => db.$client.close() };
  }

  beforeAll(async () => {
    members = await Promise.all([newCustomer(), newDriver()]);
    rooms = await Promise.all(Array.from({ length: 40 }, () => newRoom(...members)));
  });
  const [customer, driver] = [0, 1].map((index) => () => members[index] as Person) as [() => Person, () => Person];

  test('share a transaction, of as many statements as that of one room', async () => {
    const { log: messages, ran, close } = observed(10);
    const outcomes = await Promise.all(rooms.map((room) => messages.append(room, text(customer()))));
    await close();
    expect(ran.join(' ')).toBe('begin lock insert update commit');
    for (const outcome of outcomes) expect(outcome).toMatchObject({ appended: true });
  });

  test('are refused each by itself', async () => {
    const [some, other, third] = rooms as [RoomId, RoomId, RoomId];
    const stranger = await newCustomer();
    const messages = inThisProcess();
    const again = text(customer());
    await messages.append(some, again);
    const outcomes = await Promise.all(
      [
        messages.append(some, again),
        messages.append(some, { ...again, body: '다른 말' }),
        messages.append(other, text(stranger)),
        messages.append(crypto.randomUUID() as RoomId, text(customer())),
        messages.append(third, text(driver(), { kind: 'edit', targetSeq: 99 })),
        messages.append(third, text(driver())),
      ].map((each) => each.catch(codeOf)),
    );
    expect(outcomes).toMatchObject([
      { appended: false },
      { problem: 'message_conflict' },
      { problem: 'not_found' },
      { problem: 'not_found' },
      { problem: 'message_not_found' },
      { appended: true },
    ]);
  });

  test('do not suffer from what MariaDB does not take of another', async () => {
    const messages = inThisProcess();
    const wrong = text(customer(), { clientId: 'x'.repeat(1_000) });
    const outcomes = await Promise.all(
      rooms.map((room, index) => messages.append(room, index === 7 ? wrong : text(customer())).catch(codeOf)),
    );
    expect(outcomes[7]).toEqual({ problem: 'unavailable' });
    for (const [index, outcome] of outcomes.entries())
      if (index !== 7) expect(outcome).toMatchObject({ appended: true });
  });

  test.each(['empty', 'with messages'])(
    '%s, have everything once and in the order of each caller, whatever several processes append at once',
    async (how) => {
      if (how === 'empty') rooms = await Promise.all(rooms.map(() => newRoom(...members)));
      const processes = [observed(4), observed(4), observed(4)];
      const before = new Map(
        await Promise.all(rooms.map(async (room) => [room, (await stored(room)).length] as const)),
      );
      // Each process by its own order of the rooms, so that locks taken as they come would wait in a circle.
      const sent = await Promise.all(
        processes.map(async ({ log: messages }, index) => {
          const mine: { room: RoomId; seqs: Promise<number>[] }[] = rooms.map((room) => ({ room, seqs: [] }));
          const order = index % 2 === 0 ? mine : mine.toReversed();
          for (let round = 0; round < 8; round++) {
            for (const { room, seqs } of order) {
              const sender = round % 2 === 0 ? customer() : driver();
              seqs.push(messages.append(room, text(sender)).then(({ message }) => message.seq));
            }
            // The first of them are on their way when the next come.
            await new Promise((resolve) => setImmediate(resolve));
          }
          return Promise.all(mine.map(async ({ room, seqs }) => ({ room, seqs: await Promise.all(seqs) })));
        }),
      );
      await Promise.all(processes.map(({ close }) => close()));
      for (const room of rooms) {
        const callers = sent.map((each) => each.find((one) => one.room === room)?.seqs ?? []);
        for (const seqs of callers) expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
        const from = before.get(room) ?? 0;
        const expected = Array.from({ length: callers.flat().length }, (_, index) => from + index + 1);
        expect(callers.flat().toSorted((one, other) => one - other)).toEqual(expected);
      }
      // No two waited for each other.
      expect(processes.flatMap(({ ran }) => ran.filter((word) => word === 'rollback'))).toEqual([]);
    },
  );
});

describe('the log of a process without its database', () => {
  test('says that the outcome is not known, and the same message goes in later, once', async () => {
    const room = await newRoom(await newCustomer());
    // Port 1 answers to nobody.
    const db = connect(inject('databaseUrl').replace(/@[^/]+/u, '@127.0.0.1:1'), { connections: 1 });
    const sender = await newCustomer();
    const message = text(sender, { needsMembership: false });
    await expect(inThisProcess(db).append(room, message)).rejects.toMatchObject({ code: 'unavailable' });
    await db.$client.close();
    expect(await inThisProcess().append(room, message)).toMatchObject({ appended: true, message: { seq: 1 } });
  });
});
