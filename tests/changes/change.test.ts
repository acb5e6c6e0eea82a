import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { DatabaseError } from '../../db/engine/database-error.ts';
import { QueryLog } from '../../db/engine/query-log.ts';
import { change } from '../../functions/changes/change.ts';
import { deliverOutbox } from '../../functions/changes/deliver-outbox.ts';
import type { Recorder } from '../../functions/changes/recorder.ts';
import type { Actor } from '../../functions/identity/actor.ts';
import type { Bus, Ports } from '../../functions/ports.ts';
import { audit } from '../../schema/audit.ts';
import type { AccountId, OrderId, QuoteId, RoomId } from '../../schema/ids.ts';
import { systemAccountId } from '../../schema/ids.ts';
import { outbox } from '../../schema/outbox.ts';
import { messages } from '../../schema/rooms.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { actorOf, listenTo, testPorts } from '../support/ports.ts';

const subject = () => ({ kind: 'order', id: crypto.randomUUID() });
const linesOf = ({ id }: { id: string }) => database().select().from(audit).where(eq(audit.subjectId, id));
const rowsFor = (target: string) => database().select().from(outbox).where(eq(outbox.target, target));
const logOf = (room: RoomId) =>
  database()
    .select()
    .from(messages)
    .where(and(eq(messages.roomId, room), eq(messages.kind, 'system')));

describe('a change', () => {
  let customer: Person;
  let driver: Person;
  let room: RoomId;

  beforeAll(async () => {
    [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    room = await newRoom(customer, driver);
  });

  const selected = () =>
    ({
      event: 'quote_selected',
      order: crypto.randomUUID() as OrderId,
      quote: crypto.randomUUID() as QuoteId,
      room,
    }) as const;
  const recordAll = (record: Recorder, about: { kind: string; id: string }, event = selected()) => {
    record.audit(about, 'select', { quote: event.quote });
    record.audit(about, 'note');
    record.event([customer.id as AccountId, driver.id as AccountId, customer.id as AccountId], event);
    record.event([driver.id as AccountId], { event: 'operator_activated' });
    record.roomMessage(room, event);
    return event;
  };

  it('writes all that it records in its own transaction, with two inserts', async () => {
    const { ports } = await testPorts();
    const log = new QueryLog();
    const about = subject();
    const db = ports.db.$client.withLog(log);
    await change({ ...ports, db }, actorOf(customer), async (_tx, record) => void recordAll(record, about));
    await ports.delivery.settled();
    const texts = log.statements.map(({ sql }) => sql.split(' ').slice(0, 3).join(' '));
    expect(texts).toEqual([
      'begin',
      'select `state`, `display_name`',
      'insert into `audit`',
      'insert into `outbox`',
      'commit',
    ]);
    expect(await linesOf(about)).toMatchObject([
      { action: 'order.select', actorKind: 'account', actorId: customer.id, address: '192.0.2.1', requestId: 'test' },
      { action: 'order.note', details: null },
    ]);
  });

  it('tells each account once, and the room in its log, after the commit', async () => {
    const { ports } = await testPorts();
    const ears = await listenTo(ports.bus, driver);
    const before = (await logOf(room)).length;
    let event = selected();
    await change(ports, actorOf(customer), async (_tx, record) => {
      event = recordAll(record, subject());
      expect(ears.heard).toEqual([]);
    });
    await ports.delivery.settled();
    expect(ears.heard).toMatchObject([
      { kind: 'event', frame: { type: 'event', id: expect.any(String), at: expect.any(String), ...event } },
      { kind: 'event', frame: { event: 'operator_activated' } },
    ]);
    const told = await logOf(room);
    expect(told).toHaveLength(before + 1);
    expect(JSON.parse(told.at(-1)?.body ?? '')).toEqual(event);
    expect(told.at(-1)?.senderId).toBe(customer.id);
    // Nothing of it waits for anyone any more.
    expect([...(await rowsFor(driver.id)), ...(await rowsFor(room))]).toEqual([]);
  });

  it('that fails leaves nothing: no line, no event, nobody told', async () => {
    const { ports } = await testPorts();
    const ears = await listenTo(ports.bus, driver);
    const about = subject();
    const failing = change(ports, actorOf(customer), async (_tx, record) => {
      recordAll(record, about);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    await ports.delivery.settled();
    expect(await linesOf(about)).toEqual([]);
    expect(await rowsFor(driver.id)).toEqual([]);
    expect(ears.heard).toEqual([]);
  });

  it('that a deadlock runs again records once what it did', async () => {
    const { ports } = await testPorts();
    const about = subject();
    let runs = 0;
    await change(ports, actorOf(customer), async (_tx, record) => {
      recordAll(record, about);
      if (++runs === 1) await failAsADeadlock();
    });
    await ports.delivery.settled();
    expect(runs).toBe(2);
    expect(await linesOf(about)).toHaveLength(2);
  });

  it.each<[string, () => Actor, object]>([
    ['an account', () => actorOf(customer), { actorKind: 'account', actorName: null }],
    [
      'a visitor',
      () => ({ kind: 'visitor', address: '192.0.2.7', requestId: 'r' }),
      { actorKind: 'visitor', actorId: null, address: '192.0.2.7', requestId: 'r' },
    ],
    ['a job', () => ({ kind: 'job', name: 'expire-orders' }), { actorKind: 'job', actorName: 'expire-orders' }],
    [
      'a webhook',
      () => ({ kind: 'webhook', source: 'toss', eventId: 'e1' }),
      { actorKind: 'webhook', actorName: 'toss', requestId: 'e1', actorId: null },
    ],
    ['the console', () => ({ kind: 'console' }), { actorKind: 'console', actorId: null, actorName: null }],
  ])('knows that it was made by %s', async (_name, actor, line) => {
    const { ports } = await testPorts();
    const about = subject();
    await change(ports, actor(), async (_tx, record) => record.audit(about, 'note'));
    expect(await linesOf(about)).toMatchObject([line]);
  });

  it('by a job speaks in a room in the name of the product', async () => {
    const { ports } = await testPorts();
    const event = selected();
    await change(ports, { kind: 'job', name: 'test' }, async (_tx, record) => record.roomMessage(room, event));
    // The same kind of event as often as it happens: each is one of its own.
    await change(ports, { kind: 'job', name: 'test' }, async (_tx, record) => record.roomMessage(room, event));
    await ports.delivery.settled();
    const told = (await logOf(room)).filter(({ body }) => body.includes(event.quote));
    expect(told.map(({ senderId }) => senderId)).toEqual([systemAccountId, systemAccountId]);
  });

  it('is not made by an account that has been suspended, nor by an operator who waits where only active ones may', async () => {
    const { ports } = await testPorts();
    const [admin, suspended, pending] = await Promise.all([newAdmin(), newCustomer(), newDriver({ active: false })]);
    await admin.post(`/v1/admin/accounts/${suspended.id}/suspend`);
    const about = subject();
    const work = async (_tx: unknown, record: Recorder) => record.audit(about, 'note');
    await expect(change(ports, actorOf(suspended), work)).rejects.toMatchObject({ code: 'account_suspended' });
    await expect(change(ports, { ...actorOf(pending), mustBeActive: true }, work)).rejects.toMatchObject({
      code: 'operator_not_active',
    });
    expect(await linesOf(about)).toEqual([]);
    await change(ports, actorOf(pending), work);
    expect(await linesOf(about)).toHaveLength(1);
  });

  describe('whose bus is', () => {
    const busThat = (publish: Bus['publish']): Bus => ({
      publish,
      subscribe: () => Promise.resolve({ unsubscribe: () => Promise.resolve() }),
      onGap() {},
      healthy: () => false,
    });
    const tellDriver = (ports: Ports) =>
      change(ports, actorOf(customer), async (_tx, record) => {
        record.joined([driver.id as AccountId], room);
        record.event([driver.id as AccountId], { event: 'operator_activated' });
      });

    it('frozen ends all the same: nobody waits for a hint', async () => {
      const { promise: never } = Promise.withResolvers<boolean>();
      const { ports } = await testPorts({ bus: busThat(() => never) });
      await tellDriver(ports);
      await database().delete(outbox).where(eq(outbox.target, driver.id));
    });

    it('away leaves its event in the outbox, from which it is delivered once, later', async () => {
      const lost = await testPorts({ bus: busThat(() => Promise.resolve(false)) });
      await tellDriver(lost.ports);
      await lost.ports.delivery.settled();
      expect(await rowsFor(driver.id)).toMatchObject([{ attempts: 0, event: { event: 'operator_activated' } }]);

      const { ports, clock } = await testPorts();
      const ears = await listenTo(ports.bus, driver);
      await deliverOutbox(ports);
      // For the first seconds it is left to whoever recorded it.
      expect(ears.heard).toEqual([]);
      clock.advance(11_000);
      await Promise.all([deliverOutbox(ports), deliverOutbox(ports), deliverOutbox(ports)]);
      expect(ears.heard).toMatchObject([{ kind: 'event', frame: { event: 'operator_activated' } }]);
      expect(await rowsFor(driver.id)).toEqual([]);
    });

    it('away for long is tried ever more seldom, and after a day the event is no news any more', async () => {
      const { ports, clock } = await testPorts({ bus: busThat(() => Promise.resolve(false)) });
      await tellDriver(ports);
      await ports.delivery.settled();
      const tries: number[] = [];
      for (let minute = 0; minute < 30; minute++) {
        clock.advance(60_000);
        await deliverOutbox(ports);
        tries.push((await rowsFor(driver.id))[0]?.attempts ?? -1);
      }
      expect(tries[0]).toBe(1);
      expect(tries.at(-1)).toBeLessThan(14);
      clock.advance(24 * 3600 * 1000);
      await deliverOutbox(ports);
      expect(await rowsFor(driver.id)).toEqual([]);
    });
  });

  /** Two transactions that take two rows crosswise, of which MariaDB ends one; what that one met is thrown. */
  async function failAsADeadlock(): Promise<never> {
    throw new DatabaseError(Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK' }));
  }
});
