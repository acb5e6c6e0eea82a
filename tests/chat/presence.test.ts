import { expect, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Room } from '../../functions/rooms/room-schema.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** How one member looks to another, over HTTP. */
async function seenBy(viewer: Person, member: Person) {
  const { body } = await viewer.get<Page<Room>>('/v1/rooms');
  return body.items[0]?.members.find(({ id }) => id === member.id);
}

test('a room learns when a member comes and goes, over processes and devices', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const minji = await connectChat(customer, 0);
  expect(await seenBy(customer, driver)).toMatchObject({ online: false, lastSeenAt: null });

  const phone = await connectChat(driver, 1);
  expect(await minji.next('presence')).toEqual({ type: 'presence', room, account: driver.id, online: true });
  expect(await seenBy(customer, driver)).toMatchObject({ online: true });

  // A second device changes nothing, and neither does the end of the first one.
  const desktop = await connectChat(driver, 1);
  await phone.close();
  await desktop.close();
  const gone = await minji.next('presence');
  expect(gone).toEqual({ type: 'presence', room, account: driver.id, online: false, lastSeenAt: expect.any(String) });
  expect(await seenBy(customer, driver)).toMatchObject({ online: false, lastSeenAt: expect.any(String) });
  expect(minji.all('presence')).toHaveLength(2);
  await minji.close();
});
