import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Room } from '../../functions/rooms/room-schema.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { refusal } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { suspendedMeanwhile } from '../support/db/suspended-meanwhile.ts';
import { linesOfAudit } from '../support/examples/audit.ts';
import type { Example } from '../support/examples/example.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import type { Caller, People } from '../support/examples/people.ts';
import { look, send } from '../support/examples/request.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

// A write reads the state of its account where it writes: a suspension that commits after anything that the writer looked at
// before is seen all the same.

const writes = (await readRoutes()).filter(({ method, access }) => method !== 'GET' && access !== 'public');
let people: People;

beforeAll(async () => {
  people = await gatherPeople();
});

const writer = (caller: Caller): Person => {
  if (caller === 'nobody') throw new Error('nobody has no account');
  return people[caller];
};

describe.each(writes)('$name', (route) => {
  it('by one whose suspension commits meanwhile is refused, and changes nothing', async () => {
    const { may } = await exampleOf(route.name)(people);
    for (const caller of may) {
      const example: Example = await exampleOf(route.name)(people);
      const person = writer(caller);
      const [before, lines] = [await look(people, example), await linesOfAudit([person])];
      const answer = await suspendedMeanwhile(person.id, () => send(person, route, example));
      expect({ caller, ...answer }).toMatchObject({ caller, ...refusal(403, 'account_suspended') });
      expect(await look(people, example)).toEqual(before);
      expect(await linesOfAudit([person])).toBe(lines);
    }
  });
});

/** A room with a message of the writer's, of which the other one has read nothing, and the writer's open chat. */
async function scene(writes: 'customer' | 'admin') {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  await customer.post(`/v1/rooms/${room}/messages`, { id: 'first', body: '안녕하세요' });
  const person = writes === 'admin' ? await newAdmin() : customer;
  return { room, person, chat: await connectChat(person), shows: () => shownTo(driver, room) };
}

/** What the other one sees of a room: its log, and how far each has read. */
const shownTo = async (driver: Person, room: string) => {
  const [log, rooms] = await Promise.all([
    driver.get(`/v1/rooms/${room}/messages`),
    driver.get<Page<Room>>('/v1/rooms'),
  ]);
  return [log.body, rooms.body.items.map(({ members }) => members.map(({ id, read }) => [id, read]))];
};

const answerOf = (chat: ChatClient) =>
  Promise.race([
    chat.closed,
    ...(['ack', 'error', 'read'] as const).map((type) => chat.next(type).catch(() => chat.closed)),
  ]);

describe('a frame of one whose suspension commits meanwhile ends the connection, and changes nothing', () => {
  test.each<[string, 'customer' | 'admin', (room: string) => object]>([
    ['send', 'customer', (room) => ({ type: 'send', id: randomUUID(), room, body: '둘' })],
    ['edit', 'customer', (room) => ({ type: 'edit', id: randomUUID(), room, seq: 1, body: '둘' })],
    ['delete', 'customer', (room) => ({ type: 'delete', id: randomUUID(), room, seq: 1 })],
    ['delete, of an admin', 'admin', (room) => ({ type: 'delete', id: randomUUID(), room, seq: 1 })],
    ['read', 'customer', (room) => ({ type: 'read', room, seq: 1 })],
  ])('%s', async (_name, who, frame) => {
    const { room, person, chat, shows } = await scene(who);
    const before = await shows();
    const end = await suspendedMeanwhile(person.id, () => {
      chat.send(frame(room));
      return answerOf(chat);
    });
    // As where the suspension had been heard of: what was not acknowledged is kept for the next log-in.
    expect(end).toMatchObject({ code: 4403 });
    expect(chat.all('error')).toEqual([]);
    expect(await shows()).toEqual(before);
  });
});
