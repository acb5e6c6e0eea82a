import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Room } from '../../functions/rooms/room-schema.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

interface Between {
  driver: Person;
  /** From the oldest to the newest. */
  rooms: RoomId[];
}

/** The ids of an account's rooms, two a page; between two pages something may happen. */
async function walk(
  person: Person,
  query: string,
  between: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = ''; ; await between()) {
    const { body } = await person.get<Page<Room>>(`/v1/rooms?limit=2${query}${cursor}`);
    seen.push(...body.items.map(({ id }) => id));
    if (body.nextCursor === null) return seen;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

/** Nothing was said in these rooms for an hour: else the next word would not raise them yet. */
async function rest(rooms: RoomId[]): Promise<void> {
  for (const room of rooms) {
    await database().execute(
      sql`update room_members set active_at = active_at - interval 1 hour where room_id = ${room}`,
    );
  }
}

const away = { online: false, lastSeenAt: null };

describe('GET /v1/rooms', () => {
  test('shows each room with its last message, what is unread, and who is in it', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    await driver.post(`/v1/rooms/${room}/messages`, { id: 'a', body: '안녕하세요' });
    await driver.post(`/v1/rooms/${room}/messages`, { id: 'b', body: '내일 뵙겠습니다 🚌' });
    const { status, body } = await customer.get<Page<Room>>('/v1/rooms');
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.items).toEqual([
      expect.objectContaining({
        id: room,
        head: 2,
        read: 0,
        unread: 2,
        muted: false,
        lastMessage: {
          seq: 2,
          id: 'b',
          from: driver.id,
          kind: 'text',
          body: '내일 뵙겠습니다 🚌',
          at: expect.any(String),
        },
        members: expect.arrayContaining([
          { id: customer.id, displayName: customer.account.displayName, role: 'customer', read: 0, ...away },
          { id: driver.id, displayName: driver.account.displayName, role: 'driver', read: 0, ...away },
        ]),
      }),
    ]);
    const own = await driver.get<Page<Room>>('/v1/rooms');
    expect(own.body.items[0], 'what one wrote is not unread').toMatchObject({ read: 0, unread: 0 });
  });

  test('counts as unread the texts of others that still stand, each once, and nothing else', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const [room, quiet] = [await newRoom(customer, driver), await newRoom(customer, driver)];
    const path = `/v1/rooms/${room}/messages`;
    const unread = async (person: Person) => {
      const { body } = await person.get<Page<Room>>('/v1/rooms');
      return [room, quiet].map((id) => body.items.find((each) => each.id === id)?.unread);
    };
    for (const id of ['a', 'b', 'c']) await driver.post(path, { id, body: id });
    await driver.call(`${path}/1`, { method: 'PATCH', body: { id: 'edit', body: '고침' } });
    expect(await unread(customer)).toEqual([3, 0]);
    await driver.call(`${path}/2`, { method: 'DELETE' });
    expect(await unread(customer)).toEqual([2, 0]);
    expect(await unread(driver)).toEqual([0, 0]);
    const read = (seq: number) => customer.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq } });
    expect(await read(1)).toMatchObject({ body: { read: 1, unread: 1 } });
    expect(await unread(customer)).toEqual([1, 0]);
    expect(await read(3)).toMatchObject({ body: { read: 3, unread: 0 } });
    // Two entries of the log are left, neither of which is anything to read.
    expect(await unread(customer)).toEqual([0, 0]);
  });

  test('counts the unread of a long room among its newest 1,000 entries', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const batch = Array.from({ length: 1_100 }, (_, index) => ({
      senderId: driver.id as AccountId,
      clientId: `m-${index}`,
      kind: 'text' as const,
      body: `${index}`,
      targetSeq: null,
      needsMembership: true,
    }));
    await transaction(database(), (tx) => appendMessages(tx, room, batch, new Date().toISOString()));
    const { body } = await customer.get<Page<Room>>('/v1/rooms');
    expect(body.items[0]).toMatchObject({ head: 1_100, read: 0, unread: 1_000 });
  });

  test('an edit or a deletion does not raise a room, a text does', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const [older, newer] = [await newRoom(customer, driver), await newRoom(customer, driver)];
    const path = `/v1/rooms/${older}/messages`;
    for (const id of ['a', 'b']) await driver.post(path, { id, body: id });
    await rest([older]);
    const rooms = async () => (await customer.get<Page<Room>>('/v1/rooms?sort=active')).body.items;
    const before = await rooms();
    expect(before.map(({ id }) => id)).toEqual([newer, older]);
    await driver.call(`${path}/1`, { method: 'PATCH', body: { id: 'edit', body: '고침' } });
    await driver.call(`${path}/2`, { method: 'DELETE' });
    expect((await rooms()).map(({ id, activeAt }) => [id, activeAt])).toEqual(
      before.map(({ id, activeAt }) => [id, activeAt]),
    );
    await driver.post(path, { id: 'c', body: 'c' });
    expect((await rooms()).map(({ id }) => id)).toEqual([older, newer]);
  });

  test('a room without a message has none', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    await newRoom(customer, driver);
    const { body } = await customer.get<Page<Room>>('/v1/rooms');
    expect(body.items[0]).toMatchObject({ head: 0, unread: 0, lastMessage: null });
  });

  test('with `sort=active` the most recently active comes first, page by page, each room once', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const rooms = [];
    for (let index = 0; index < 5; index++) rooms.push(await newRoom(customer, driver));
    const oldest = rooms[0];
    await rest(rooms);
    await driver.post(`/v1/rooms/${oldest}/messages`, { id: 'wake', body: '먼저 연락드립니다' });
    const seen = await walk(customer, '&sort=active');
    expect(seen[0]).toBe(oldest);
    expect(seen.toSorted()).toEqual(rooms.toSorted());
  });

  const speak = async ({ driver, rooms }: Between) => {
    for (const [index, room] of rooms.entries()) {
      await driver.post(`/v1/rooms/${room}/messages`, { id: `between-${index}`, body: '안녕하세요' });
    }
  };

  test.each<[string, (between: Between) => Promise<unknown>]>([
    ['nothing happens', async () => {}],
    ['somebody speaks in a room of the first page', ({ driver, rooms }) => speak({ driver, rooms: rooms.slice(-1) })],
    ['somebody speaks in a room of a page to come', ({ driver, rooms }) => speak({ driver, rooms: rooms.slice(0, 1) })],
    ['somebody speaks in all of them, oldest first', speak],
    [
      'somebody speaks in all of them, newest first',
      ({ driver, rooms }) => speak({ driver, rooms: rooms.toReversed() }),
    ],
  ])('whoever reads page by page gets each room once, the newest first, while %s', async (_name, happen) => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const rooms: RoomId[] = [];
    for (let index = 0; index < 5; index++) rooms.push(await newRoom(customer, driver));
    await rest(rooms);
    const seen = await walk(customer, '', () => happen({ driver, rooms }));
    expect(seen).toEqual(rooms.toReversed());
  });

  test('says whether the caller muted it, and only the caller', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const mute = (muted: unknown) => customer.call(`/v1/rooms/${room}/mute`, { method: 'PUT', body: { muted } });
    const muted = async (person: Person) => (await person.get<Page<Room>>('/v1/rooms')).body.items[0]?.muted;
    expect(await mute(true)).toMatchObject({ status: 204 });
    expect([await muted(customer), await muted(driver)]).toEqual([true, false]);
    expect(await mute(false)).toMatchObject({ status: 204 });
    expect(await muted(customer)).toBe(false);
    expect(await mute('yes')).toMatchObject(refusal(422, 'validation_failed'));
    const stranger = await newCustomer();
    const refused = await stranger.call(`/v1/rooms/${room}/mute`, { method: 'PUT', body: { muted: true } });
    expect(refused).toMatchObject(refusal(404, 'not_found'));
  });

  test('refuses a cursor of another list', async () => {
    const customer = await newCustomer();
    expect(await customer.get('/v1/rooms?cursor=MQ')).toMatchObject(refusal(422, 'validation_failed'));
  });
});
