import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { createMemoryPorts } from '../../adapters/memory/ports.ts';
import { readKeys } from '../../adapters/node/keys-directory.ts';
import { composePorts } from '../../adapters/shared/compose-ports.ts';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import { systemClock } from '../../adapters/shared/system-clock.ts';
import { createApp } from '../../functions/app.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { validOrder, validQuote } from '../support/people/orders.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { placed, quoted } from '../support/people/deals.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

let server: ReturnType<typeof createAdaptorServer>;
let origin: string;

/** The product with a bus that never says what became of a hint, as a Redis that hangs. */
beforeAll(async () => {
  const memory = createMemoryPorts({ clock: systemClock, log });
  const ports = composePorts({
    ...memory,
    bus: { ...memory.bus, publish: () => new Promise(() => {}) },
    log,
    db: database(),
    files: createMemoryFiles(),
    keys: await readKeys(inject('keysDirectory')),
    passwords: createNodePasswords({ m: 16, t: 1, p: 1 }),
    settings: {
      environment: 'test',
      publicOrigin: inject('issuer'),
      allowedOrigins: new Set([inject('issuer')]),
      queryBudget: 'enforce',
      eraseVerifiedDocuments: false,
      chat: defaultChatLimits,
    },
  });
  const app = createApp();
  server = createAdaptorServer({ fetch: (request) => app.fetch(request, { ports, address: '127.0.0.1' }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const at = (person: Person): Client => new Client(person.token, origin);

describe('a bus that hangs keeps nobody waiting for', () => {
  test('a message, an edit, a deletion, a read mark', async () => {
    const [minji, junho] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(minji, junho);
    const messages = `/v1/rooms/${room}/messages`;
    expect((await at(minji).post(messages, { id: 'one', body: '안녕하세요' })).status).toBe(201);
    expect((await at(minji).call(`${messages}/1`, { method: 'PATCH', body: { id: 'two', body: '안녕' } })).status).toBe(
      200,
    );
    expect((await at(minji).call(`${messages}/1`, { method: 'DELETE' })).status).toBe(204);
    const read = { method: 'PUT', body: { seq: 3 } };
    expect((await at(junho).call(`/v1/rooms/${room}/read`, read)).body).toEqual({ read: 3, unread: 0 });
  });

  test('a quote, its selection', async () => {
    const [minji, junho] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(minji, validOrder());
    expect((await at(junho).post(`/v1/orders/${order.id}/quotes`, validQuote())).status).toBe(201);
    const quote = await quoted(await newDriver(), order);
    expect((await at(minji).post(`/v1/quotes/${quote.id}/select`)).status).toBe(200);
  });

  test('the end of a session', async () => {
    const { refreshToken, ...minji } = await newCustomer();
    const answer = await new Client(minji.token, origin).post('/v1/sessions/log-out', { refreshToken });
    expect(answer.status).toBe(204);
  });
});

describe('a suspension of which no hint ever arrives', () => {
  test('ends the sockets of the account all the same, on every process: they look for themselves', async () => {
    const [admin, minji, junho] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const chats = await Promise.all([connectChat(minji, 0), connectChat(minji, 1)]);
    const other = await connectChat(junho, 0);
    expect((await at(admin).post(`/v1/admin/accounts/${minji.id}/suspend`, { reason: '사칭' })).status).toBe(200);
    for (const chat of chats) expect((await chat.closed).code).toBe(4403);
    // Nobody else is cut off.
    other.send({ type: 'ping' });
    await other.next('pong');
    await other.close();
  });
});
