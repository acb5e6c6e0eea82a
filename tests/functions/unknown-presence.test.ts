import { expect, test } from 'vitest';
import { listRooms } from '../../functions/rooms/list-rooms.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { actorOf, testPorts } from '../support/ports.ts';

test('where nobody can tell who is here, a room says so, and not that everybody has gone', async () => {
  const { ports } = await testPorts();
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  await newRoom(customer, driver);
  const presence = { ...ports.presence, of: async (ids: readonly unknown[]) => ids.map(() => undefined) };
  const { items } = await listRooms({ ...ports, presence }, actorOf(customer), {
    limit: 20,
    sort: 'new',
    cursor: undefined,
  } as never);
  expect(items[0]?.members.map(({ online, lastSeenAt }) => [online, lastSeenAt])).toEqual([
    [null, null],
    [null, null],
  ]);
});
