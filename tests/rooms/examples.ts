import { randomUUID } from 'node:crypto';
import { accounts, manyTimes } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import type { People } from '../support/examples/people.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';

/** The room of a deal of the customer and the driver. Both are told of it at once, so that it is no news later. */
async function newRoom({ customer, driver }: People) {
  return (await selected(customer, await quoted(driver, await placed(customer)))).room;
}

/** Such a room, where the customer has said something. */
async function roomOf(people: People) {
  const [{ customer }, room] = [people, await newRoom(people)];
  const path = `/v1/rooms/${room.id}`;
  const messages = `${path}/messages`;
  const say = async () => {
    const { status, text } = await customer.post(messages, { id: randomUUID(), body: '안녕하세요' });
    if (status !== 201) throw new Error(`say: ${status} ${text}`);
  };
  await say();
  return { path, messages, say };
}

export const examples: Examples = {
  'GET /v1/rooms': async (people) => {
    await newRoom(people);
    return { path: '/v1/rooms', may: accounts, lengthen: () => manyTimes(() => newRoom(people)) };
  },

  'GET /v1/rooms/{roomId}/messages': async (people) => {
    const { messages, say } = await roomOf(people);
    return { path: messages, may: ['customer', 'driver'], lengthen: () => manyTimes(say) };
  },

  'POST /v1/rooms/{roomId}/messages': async (people) => {
    const { messages } = await roomOf(people);
    return {
      path: messages,
      body: { id: randomUUID(), body: '출발 시간 문의드립니다.' },
      may: ['customer', 'driver'],
      shows: [['customer', messages]],
    };
  },

  'PATCH /v1/rooms/{roomId}/messages/{seq}': async (people) => {
    const { messages } = await roomOf(people);
    return {
      path: `${messages}/2`,
      body: { id: randomUUID(), body: '안녕하세요!' },
      may: ['customer'],
      refusals: { driver: 'message_not_changeable' },
      shows: [['customer', messages]],
    };
  },

  'DELETE /v1/rooms/{roomId}/messages/{seq}': async (people) => {
    const { messages } = await roomOf(people);
    return {
      path: `${messages}/2`,
      may: ['customer', 'admin'],
      refusals: { driver: 'message_not_changeable' },
      shows: [['customer', messages]],
    };
  },

  'PUT /v1/rooms/{roomId}/mute': async (people) => {
    const { path } = await roomOf(people);
    return {
      path: `${path}/mute`,
      body: { muted: true },
      may: ['customer', 'driver'],
      shows: [
        ['customer', '/v1/rooms?limit=1'],
        ['driver', '/v1/rooms?limit=1'],
      ],
    };
  },

  'PUT /v1/rooms/{roomId}/read': async (people) => {
    const { path } = await roomOf(people);
    return {
      path: `${path}/read`,
      body: { seq: 2 },
      may: ['driver', 'customer'],
      shows: [
        ['customer', '/v1/rooms?limit=1'],
        ['driver', '/v1/rooms?limit=1'],
      ],
    };
  },
};
