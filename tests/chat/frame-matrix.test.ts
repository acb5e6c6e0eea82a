import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { chatUrl, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { database } from '../support/db/run-database.ts';
import { newKey } from '../support/people/keys.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { dealOfAll, relations } from '../support/people/relations.ts';
import type { Deal } from '../support/people/relations.ts';

// Every frame that a client may send, from everybody as they stand to the room of a deal.

const callers = [...relations, 'keyOfBoth', 'keyThatReads', 'keyOfAStranger'] as const;
type Caller = (typeof callers)[number];

const frames = {
  send: (room: string) => ({ type: 'send', id: randomUUID(), room, body: '안녕하세요' }),
  edit: (room: string, seq: number) => ({ type: 'edit', id: randomUUID(), room, seq, body: '반갑습니다' }),
  delete: (room: string, seq: number) => ({ type: 'delete', id: randomUUID(), room, seq }),
  read: (room: string, seq: number) => ({ type: 'read', room, seq }),
  typing: (room: string) => ({ type: 'typing', room }),
  sync: (room: string) => ({ type: 'sync', rooms: { [room]: 0 } }),
} as const;

/** What each is told of a message of the owner's: it is done, or a code. */
const members = { send: 'done', read: 'done', typing: 'done', sync: 'done' } as const;
const strangers = {
  send: 'not_found',
  edit: 'not_found',
  delete: 'not_found',
  read: 'not_found',
  typing: 'not_found',
  sync: 'not_found',
} as const;
const readers = {
  send: 'scope_missing',
  edit: 'scope_missing',
  delete: 'scope_missing',
  read: 'scope_missing',
  typing: 'scope_missing',
  sync: 'done',
} as const;

const table: Record<Caller, Record<keyof typeof frames, string>> = {
  owner: { ...members, edit: 'done', delete: 'done' },
  selectedOperator: { ...members, edit: 'not_changeable', delete: 'not_changeable' },
  otherCustomer: strangers,
  pendingOperator: strangers,
  unrelatedOperator: strangers,
  quotingOperator: strangers,
  driverOfTheCarrier: strangers,
  // Who keeps order may take a message away, and reads none of the room.
  admin: { ...strangers, delete: 'done' },
  keyOfBoth: { ...members, edit: 'done', delete: 'done' },
  keyThatReads: readers,
  keyOfAStranger: strangers,
};

let deal: Deal;
const chats = new Map<Caller, ChatClient>();

async function open(token: string): Promise<ChatClient> {
  const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${token}`]);
  await chat.next('ready');
  return chat;
}

beforeAll(async () => {
  deal = await dealOfAll();
  const { owner, otherCustomer } = deal.people;
  const keys = {
    keyOfBoth: await newKey(owner, ['rooms:read', 'rooms:write']),
    keyThatReads: await newKey(owner, ['rooms:read', 'orders:write']),
    keyOfAStranger: await newKey(otherCustomer),
  };
  for (const relation of relations) chats.set(relation, await open(deal.people[relation].token ?? ''));
  for (const [name, { key }] of Object.entries(keys)) chats.set(name as Caller, await open(key));
});
afterAll(() => Promise.all(Array.from(chats.values(), (chat) => chat.close())));

/** A new message of the owner's, by its place in the log. */
async function message(): Promise<number> {
  const { status, body } = await deal.people.owner.post<{ seq: number }>(`/v1/rooms/${deal.room}/messages`, {
    id: randomUUID(),
    body: '몇 시에 출발하나요?',
  });
  expect(status).toBe(201);
  return body.seq;
}

/** What becomes of a frame: an error about it, or what shows that it is done, whichever comes. */
async function toldOf(caller: Caller, type: keyof typeof frames, seq: number): Promise<string> {
  const [chat, other] = [chats.get(caller), chats.get(caller === 'selectedOperator' ? 'owner' : 'selectedOperator')];
  if (!chat || !other) throw new Error(`${caller} is not there`);
  const [errors, acks, heard] = [chat.all('error').length, chat.all('ack').length, other.all('read').length];
  chat.send(frames[type](deal.room, seq));
  // Frames whose answer is a matter of the connection are answered in their order: one more, which is always refused.
  const last = randomUUID();
  if (type === 'typing' || type === 'sync') chat.send(frames.typing(last));
  return vi.waitFor(() => {
    const [error] = chat.all('error').slice(errors);
    if (error?.room === deal.room) return error.code;
    const isDone = chat.all('ack').length > acks || other.all('read').length > heard || error?.room === last;
    if (!isDone) throw new Error(`no answer to ${type}`);
    return 'done';
  });
}

describe.each(callers)('%s', (caller) => {
  test.each(Object.keys(frames) as (keyof typeof frames)[])('%s', async (type) => {
    expect(await toldOf(caller, type, await message())).toBe(table[caller][type]);
  });
});

test('a stranger hears nothing of it, and the other member everything', () => {
  for (const caller of [
    'otherCustomer',
    'quotingOperator',
    'unrelatedOperator',
    'driverOfTheCarrier',
    'keyOfAStranger',
  ] as const) {
    const heard = chats.get(caller)?.frames.filter((frame) => 'room' in frame && frame.type !== 'error');
    expect(heard).toEqual([]);
  }
});

const setState = ({ id }: Person, state: 'suspended' | 'closed') =>
  database()
    .update(accounts)
    .set({ state })
    .where(eq(accounts.id, id as AccountId));

describe.each(['suspended', 'closed'] as const)('an account that is %s', (state) => {
  test('opens no socket by key, and gets no frame through', async () => {
    const person = await newCustomer();
    const { key } = await newKey(person);
    await setState(person, state);
    const opening = openSocket(chatUrl(), ['kingbus.v1', `bearer.${key}`]);
    await expect(opening).rejects.toThrow(state === 'suspended' ? 'refused: 403' : 'refused: 401');
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token: key });
    expect((await chat.closed).code).toBe(state === 'suspended' ? 4403 : 4401);
    expect(chat.all('ready')).toEqual([]);
  });

  test('opens none by token', async () => {
    const person = await newDriver();
    await setState(person, state);
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${person.token}`]);
    expect((await chat.closed).code).toBe(4403);
    expect(chat.all('ready')).toEqual([]);
  });
});

test.each(Object.keys(frames) as (keyof typeof frames)[])(
  'nobody: %s as the first frame ends the connection',
  async (type) => {
    const chat = await openSocket(chatUrl());
    chat.send(frames[type](deal.room, 1));
    expect((await chat.closed).code).toBe(4401);
    expect(chat.all('error').map(({ code }) => code)).toEqual(['unauthenticated']);
  },
);
