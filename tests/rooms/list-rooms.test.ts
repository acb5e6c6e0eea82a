import { describe, expect, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Room } from '../../functions/rooms/room-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

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
          { id: driver.id, displayName: driver.account.displayName, role: 'driver', read: 2, ...away },
        ]),
      }),
    ]);
    const own = await driver.get<Page<Room>>('/v1/rooms');
    expect(own.body.items[0], 'what one wrote one has read').toMatchObject({ unread: 0 });
  });

  test('a room without a message has none', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    await newRoom(customer, driver);
    const { body } = await customer.get<Page<Room>>('/v1/rooms');
    expect(body.items[0]).toMatchObject({ head: 0, unread: 0, lastMessage: null });
  });

  test('the most recently active comes first, page by page, each room once', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const rooms = [];
    for (let index = 0; index < 5; index++) rooms.push(await newRoom(customer, driver));
    const oldest = rooms[0];
    // A second is as exact as the order is: the rooms were opened within one.
    await new Promise((resolve) => void setTimeout(resolve, 1_100));
    await driver.post(`/v1/rooms/${oldest}/messages`, { id: 'wake', body: '먼저 연락드립니다' });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await customer.get<Page<Room>>(`/v1/rooms?limit=2${cursor}`);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen[0]).toBe(oldest);
    expect(seen.toSorted()).toEqual(rooms.toSorted());
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
