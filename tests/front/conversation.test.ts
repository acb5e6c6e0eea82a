import { transaction } from '../../db/engine/transaction.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../db/engine/connect.ts';
import { insertRoom } from '../../db/rooms.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { type ChatClient, openSocket } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { password, validCustomer } from '../support/people/people.ts';
import { type ProductProcess, startProduct } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

describe.each([
  { name: 'Caddy', start: startCaddy },
  { name: 'Apache', start: startApache },
])('the product behind $name', ({ start }) => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let http: ProductProcess;
  let chats: ProductProcess[];
  let front: Front;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
    database = await createTestDatabase(testSettings().databaseUrl);
    const run = (entry: string, name: string) =>
      startProduct(`adapters/node/${entry}`, productEnvironment(database.url), join(folder, `${name}.log`));
    [http, ...chats] = await Promise.all([run('http.ts', 'http'), run('chat.ts', 'chat-1'), run('chat.ts', 'chat-2')]);
    front = await start({
      folder: join(folder, 'front'),
      httpUpstreams: [new URL(http.origin).host],
      chatUpstreams: chats.map(({ origin }) => new URL(origin).host),
    });
  });

  afterAll(async () => {
    await front.stop();
    await Promise.all([http, ...chats].map((each) => each.stop()));
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('registers a customer, logs in, and knows who calls', async () => {
    const { client, accountId } = await customer();
    expect(await client.get('/v1/me')).toMatchObject({ status: 200, body: { id: accountId } });
    expect(readFileSync(front.accessLog, 'utf8')).not.toContain(client.token);
  });

  it('carries a conversation between two processes, and past the death of one', async () => {
    const [minji, junho] = await Promise.all([customer(), customer()]);
    const room = await roomOf(minji.accountId, junho.accountId);
    // The front gives the second connection to the process that has none.
    const atMinji = await chat(minji.client);
    const atJunho = await chat(junho.client);

    atMinji.send({ type: 'send', id: 'm-1', room, body: '서울역에서 출발하나요? 🚌' });
    expect(await atMinji.next('ack')).toMatchObject({ id: 'm-1', seq: 1 });
    expect(await atJunho.next('message')).toMatchObject({ seq: 1, body: '서울역에서 출발하나요? 🚌' });
    atJunho.send({ type: 'send', id: 'j-1', room, body: '네, 4번 출구 앞입니다.' });
    expect(await atJunho.next('ack')).toMatchObject({ id: 'j-1', seq: 2 });
    expect(await atMinji.next('message')).toMatchObject({ seq: 1 });
    expect(await atMinji.next('message')).toMatchObject({ seq: 2, from: junho.accountId });

    await chats[0]?.kill();
    const lost = await Promise.race([
      atMinji.closed.then(() => ({ person: minji, other: atJunho })),
      atJunho.closed.then(() => ({ person: junho, other: atMinji })),
    ]);
    lost.other.send({ type: 'send', id: 'meanwhile', room, body: '들리세요?' });
    expect(await lost.other.next('ack')).toMatchObject({ id: 'meanwhile', seq: 3 });

    const again = await chat(lost.person.client, { [room]: 2 });
    expect(await again.next('message')).toMatchObject({ seq: 3, body: '들리세요?' });
    again.send({ type: 'send', id: 'again', room, body: '네, 다시 들립니다.' });
    expect(await again.next('ack')).toMatchObject({ id: 'again', seq: 4 });
    await Promise.all([again.close(), lost.other.close()]);
  });

  async function customer(): Promise<{ client: Client; accountId: AccountId }> {
    const client = new Client(undefined, `http://127.0.0.1:${front.port}`);
    const registration = validCustomer();
    expect(await client.post('/v1/accounts', registration)).toMatchObject({ status: 201 });
    const { body } = await client.post<Session>('/v1/sessions', { username: registration.username, password });
    client.token = body.accessToken;
    return { client, accountId: body.account.id as AccountId };
  }

  async function roomOf(...accountIds: AccountId[]): Promise<RoomId> {
    const id = createNewId(Date.now)<RoomId>();
    const db = connect(database.url, { connections: 2 });
    await transaction(db, (tx) =>
      insertRoom(tx, { id, orderId: null, createdAt: new Date().toISOString() }, accountIds),
    );
    await db.$client.close();
    return id;
  }

  async function chat(client: Client, cursors: Record<string, number> = {}): Promise<ChatClient> {
    const url = `ws://127.0.0.1:${front.port}/ws`;
    const connection = await openSocket(url, ['kingbus.v1', `bearer.${client.token}`]);
    await connection.next('ready');
    connection.send({ type: 'sync', rooms: cursors });
    return connection;
  }
});
