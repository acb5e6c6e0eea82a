import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../functions/identity/scopes.ts';
import { accounts } from '../../schema/accounts.ts';
import { apiKeys } from '../../schema/api-keys.ts';
import type { AccountId, ApiKeyId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { database } from '../support/db/run-database.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { newKey } from '../support/people/keys.ts';
import type { Program } from '../support/people/keys.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const rooms: readonly Scope[] = ['rooms:read', 'rooms:write'];

/** By the header, as programs do. */
async function connectByKey(program: Program, process = 0): Promise<ChatClient> {
  const chat = await openSocket(chatUrl(process), ['kingbus.v1'], {
    headers: { Authorization: `Bearer ${program.key}` },
  });
  await chat.next('ready');
  chat.send({ type: 'sync', rooms: {} });
  return chat;
}

const room = async (customer: Person, driver: Person) =>
  (await selected(customer, await quoted(driver, await placed(customer)))).room.id;

/** Nobody tells the chat of it, as where Redis is away. */
const update = (id: string, values: Partial<typeof apiKeys.$inferInsert>) =>
  database()
    .update(apiKeys)
    .set(values)
    .where(eq(apiKeys.id, id as ApiKeyId));
const setState = ({ id }: Person, state: 'suspended' | 'closed') =>
  database()
    .update(accounts)
    .set({ state })
    .where(eq(accounts.id, id as AccountId));

describe('a key at the chat', () => {
  test('talks as its account, in the rooms of its account', async () => {
    const [customer, driver] = [await newCustomer(), await newDriver()];
    const roomId = await room(customer, driver);
    const program = await newKey(driver, rooms);
    const [chat, theirs] = [await connectByKey(program), await connectChat(customer)];
    expect(chat.all('ready')[0]).toMatchObject({ account: driver.id });
    chat.send({ type: 'send', id: 'k-1', room: roomId, body: '안녕하세요' });
    expect(await chat.next('ack')).toMatchObject({ id: 'k-1', room: roomId });
    expect(await theirs.next('message')).toMatchObject({ from: driver.id, body: '안녕하세요' });
    await Promise.all([chat.close(), theirs.close()]);
  });

  test('lasts as long as the key: its end is the connection’s', async () => {
    const person = await newCustomer();
    const chat = await connectByKey(await newKey(person, rooms));
    const ends = Date.parse(chat.all('ready')[0]?.expiresAt ?? '');
    expect(ends - Date.now()).toBeGreaterThan(300 * 24 * 3600 * 1000);
    // A timer of a year would ring at once.
    chat.send({ type: 'ping' });
    await chat.next('pong');
    expect(chat.socket.readyState).toBe(chat.socket.OPEN);
    await chat.close();
    const short = await connectByKey(await newKey(person, rooms, { endsIn: 1_500 }));
    expect((await short.closed).code).toBe(4401);
    expect(short.all('error').at(-1)?.code).toBe('token_expired');
  });

  test('reads where it may not write, and is told what it lacks', async () => {
    const [customer, driver] = [await newCustomer(), await newDriver()];
    const roomId = await room(customer, driver);
    const chat = await connectByKey(await newKey(customer, ['rooms:read']));
    const theirs = await connectChat(driver);
    const refused = [
      { type: 'send', id: 'k-1', room: roomId, body: 'x' },
      { type: 'edit', id: 'k-2', room: roomId, seq: 1, body: 'x' },
      { type: 'delete', id: 'k-3', room: roomId, seq: 1 },
      { type: 'read', room: roomId, seq: 1 },
      { type: 'typing', room: roomId },
    ];
    for (const frame of refused) {
      chat.send(frame);
      expect(await chat.next('error')).toMatchObject({ code: 'scope_missing', room: roomId });
    }
    theirs.send({ type: 'send', id: 'd-1', room: roomId, body: '도착했습니다' });
    expect(await chat.next('message')).toMatchObject({ body: '도착했습니다' });
    expect(theirs.all('message').filter(({ from }) => from === customer.id)).toEqual([]);
    await Promise.all([chat.close(), theirs.close()]);
  });

  test('opens no socket where it may not read rooms', async () => {
    const program = await newKey(await newCustomer(), ['rooms:write', 'orders:read']);
    const headers = { Authorization: `Bearer ${program.key}` };
    await expect(openSocket(chatUrl(), ['kingbus.v1'], { headers })).rejects.toThrow('refused: 403');
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token: program.key });
    expect((await chat.closed).code).toBe(4401);
    expect(chat.all('error').at(-1)?.code).toBe('scope_missing');
  });

  test('comes in a subprotocol or in a frame as well', async () => {
    const program = await newKey(await newCustomer(), rooms);
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${program.key}`]);
    await chat.next('ready');
    expect(chat.socket.protocol).toBe('kingbus.v1');
    const other = await openSocket(chatUrl());
    other.send({ type: 'auth', token: program.key });
    await other.next('ready');
    await Promise.all([chat.close(), other.close()]);
  });
});

test.each<[string, (program: Program, person: Person) => Promise<unknown>]>([
  ['revoked', ({ id }, person) => person.call(`/v1/me/api-keys/${id}`, { method: 'DELETE' })],
  ['revoked where nobody tells of it', ({ id }) => update(id, { revokedAt: new Date().toISOString() })],
  [
    'of an account that an admin suspends',
    async (_, { id }) => (await newAdmin()).post(`/v1/admin/accounts/${id}/suspend`),
  ],
  ['of an account that is suspended where nobody tells of it', (_, person) => setState(person, 'suspended')],
  ['of an account that was closed', (_, person) => setState(person, 'closed')],
])('a key that is %s takes its sockets with it, and opens no others', async (what, act) => {
  const person = await newCustomer();
  const [program, other] = [await newKey(person, rooms), await newKey(person, rooms)];
  const [first, second, beside] = [
    await connectByKey(program, 0),
    await connectByKey(program, 1),
    await connectByKey(other),
  ];
  await act(program, person);
  expect((await first.closed).code).toBe(4403);
  expect((await second.closed).code).toBe(4403);
  const headers = { Authorization: `Bearer ${program.key}` };
  await expect(openSocket(chatUrl(), ['kingbus.v1'], { headers })).rejects.toThrow(/refused: 40[13]/u);
  if (what.startsWith('revoked')) expect(beside.socket.readyState).toBe(beside.socket.OPEN);
  else expect((await beside.closed).code).toBe(4403);
  await beside.close();
});
