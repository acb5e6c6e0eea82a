import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ChatClient } from '../../client/chat.ts';
import type { ChatOptions } from '../../client/chat-types.ts';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { insertRoom } from '../../db/rooms.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { checkout } from '../../local/folder.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { register, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let product: ProductProcess;

/** A product with a database of its own: a restore concerns everyone on it. */
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  db = connect(database.url, { connections: 2 });
  const log = join(testSettings().runFolder, 'restored.log');
  product = await startProduct('adapters/node/single.ts', productEnvironment(database.url), log);
});

afterAll(async () => {
  await product.stop();
  await db.$client.close();
  await database.drop();
});

async function open(person: Person, kept: Pick<ChatOptions, 'cursors' | 'epoch'> = {}) {
  const chat = new ChatClient({
    url: `${product.origin.replace('http', 'ws')}/ws`,
    token: async () => person.token ?? '',
    reconnect: { fromMs: 20, toMs: 100 },
    ...kept,
  });
  const shown: string[] = [];
  const resets: string[] = [];
  chat.on('message', ({ seq, body }) => shown.push(`${seq} ${body}`));
  chat.on('reset', ({ epoch }) => resets.push(epoch));
  await chat.connect();
  return { chat, shown, resets, person };
}

async function conversation() {
  const [first, second] = await Promise.all([1, 2].map(() => register(validCustomer(), product.origin)));
  if (first === undefined || second === undefined) throw new Error('nobody has registered');
  const id = crypto.randomUUID() as RoomId;
  const members = [first.id, second.id] as AccountId[];
  await transaction(db, (tx) => insertRoom(tx, { id, orderId: null, createdAt: new Date().toISOString() }, members));
  return { room: id, minji: await open(first), junho: await open(second) };
}

/** What a backup of some time ago does to a room. */
async function setBack(room: RoomId, head: number): Promise<void> {
  await db.execute(sql`delete from messages where room_id = ${room} and seq > ${head}`);
  await db.execute(sql`update rooms set last_seq = ${head} where id = ${room}`);
}

test('hides no message from those who were connected, although their cursors are beyond it', async () => {
  const { room, minji, junho } = await conversation();
  for (let index = 1; index <= 5; index++) await minji.chat.send(room, `전 ${index}`);
  await expect.poll(() => junho.shown.length).toBe(5);
  await setBack(room, 2);
  for (const { resets } of [minji, junho]) await expect.poll(() => resets.length).toBe(1);
  await junho.chat.send(room, '후');
  for (const { shown } of [minji, junho]) await expect.poll(() => shown.at(-1)).toBe('3 후');
  for (const { chat } of [minji, junho]) chat.close();
});

test('hides no message from who comes back when the log has grown beyond its cursor, once a new epoch was begun', async () => {
  const { room, minji, junho } = await conversation();
  for (let index = 1; index <= 5; index++) await minji.chat.send(room, `전 ${index}`);
  const { cursors, epoch } = minji.chat;
  for (const { chat } of [minji, junho]) chat.close();
  await setBack(room, 2);
  const { stdout } = await execa(process.execPath, ['adapters/node/cli.ts', 'begin-log-epoch'], {
    cwd: checkout,
    env: { DATABASE_URL: database.url },
  });
  expect(stdout).toContain('The logs are in a new epoch');
  const [rows] = await db.execute(sql`select action, actor_kind from audit where action = 'log_epoch.begin'`);
  expect(rows).toEqual([{ action: 'log_epoch.begin', actor_kind: 'console' }]);

  const others = await open(junho.person);
  for (let index = 1; index <= 6; index++) await others.chat.send(room, `후 ${index}`);
  const back = await open(minji.person, { cursors, epoch });
  expect(back.resets).toEqual([back.chat.epoch]);
  expect(back.chat.cursors).toEqual({ [room]: 8 });
  await others.chat.send(room, '후 7');
  await expect.poll(() => back.shown).toEqual(['9 후 7']);
  for (const { chat } of [others, back]) chat.close();
});
