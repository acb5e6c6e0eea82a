import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../db/engine/connect.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { insertRoom } from '../../../db/rooms.ts';
import { createNewId } from '../../../functions/new-id.ts';
import type { Session } from '../../../functions/sessions/session-schema.ts';
import type { AccountId, RoomId } from '../../../schema/ids.ts';
import { chatUrlOf, openSocket } from '../clients/chat-client.ts';
import { Client, refusal } from '../clients/client.ts';
import { firstOf } from '../everywhere.ts';
import { password, Person, validCustomer } from '../people/people.ts';
import { startBreakableDatabase } from './breakable-database.ts';
import type { BreakableDatabase } from './breakable-database.ts';
import { databaseStates } from './database-states.ts';

/** A product of one home: HTTP and chat at one origin. */
export interface ProductUnderTest {
  readonly origin: string;
  /** The lines that it has logged. */
  logged(): Record<string, unknown>[];
  stop(): Promise<unknown>;
}

/** Has a product live through every state of its database: it refuses for a while, says why in its log, and goes on. */
export function describeOutages(home: string, runFolder: string, start: (url: string) => Promise<ProductUnderTest>) {
  describe(`on ${home}, a database`, () => {
    let database: BreakableDatabase;
    let product: ProductUnderTest;
    let minji: Person;
    let room: RoomId;

    beforeAll(async () => {
      database = await startBreakableDatabase(runFolder);
      product = await start(database.url);
      const client = new Client(undefined, product.origin);
      const registration = validCustomer();
      expect((await client.post('/v1/accounts', registration)).status).toBe(201);
      const { username } = registration;
      minji = new Person((await client.post<Session>('/v1/sessions', { username, password })).body, product.origin);
      room = await newRoomIn(database.url, minji);
    });
    afterAll(async () => {
      await product?.stop();
      await database?.stop();
    });

    it.each(firstOf(2, databaseStates))('where $name is an outage', async ({ kind, enter, leave, reads, ready }) => {
      const chat = await openSocket(chatUrlOf(product.origin), ['kingbus.v1', `bearer.${minji.token}`]);
      await chat.next('ready');
      const from = product.logged().length;
      await enter(database);
      try {
        const read = await minji.get('/v1/me');
        expect(read).toMatchObject(reads ? { status: 200 } : refusal(503, 'unavailable'));
        // Where a page is left in some table, some of them still fit.
        const writes = await untilRefused(() =>
          minji.post(`/v1/rooms/${room}/messages`, { id: createNewId(Date.now)(), body: '꽉'.repeat(1000) }),
        );
        expect(writes).toMatchObject(refusal(503, 'unavailable'));
        expect(Number(writes.headers.get('Retry-After'))).toBeGreaterThan(0);
        chat.send({ type: 'send', id: createNewId(Date.now)(), room, body: '꽉'.repeat(1000) });
        expect(await chat.next('error')).toMatchObject({ code: 'unavailable' });
        expect((await minji.get('/readyz')).status).toBe(ready ? 200 : 503);
        const outages = () => product.logged().slice(from).filter(notReady(!ready)).map(outageIn);
        await expect.poll(outages).toContain(kind);
        const text = JSON.stringify(product.logged().slice(from));
        expect(text).not.toContain(new URL(database.url).password);
        expect(text).not.toContain('"msg":"a request failed"');
      } finally {
        await leave(database);
      }
      await expect.poll(async () => (await minji.get('/readyz')).status).toBe(200);
      const again = await minji.post(`/v1/rooms/${room}/messages`, { id: createNewId(Date.now)(), body: '다시' });
      expect(again.status).toBeLessThan(300);
      await chat.close();
    });
  });
}

/** Lines that say why the process is not ready; or, where it is all the same, those that say anything. */
export const notReady =
  (isSo = true) =>
  ({ msg }: Record<string, unknown>): boolean =>
    !isSo || msg === 'not ready: the database cannot do its work';

/** The kind of outage that a log line names, however deep in its error. */
export function outageIn(line: Record<string, unknown>): unknown {
  for (let each = line['err'] as Record<string, unknown> | undefined; each; each = each['cause'] as typeof each) {
    if (each['outage'] !== undefined) return each['outage'];
  }
  return undefined;
}

async function untilRefused<Answer extends { status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = 200; ; left--) {
    const answer = await ask();
    if (answer.status >= 300 || left === 0) return answer;
  }
}

async function newRoomIn(url: string, ...people: Person[]): Promise<RoomId> {
  const db = connect(url, { connections: 1 });
  const id = createNewId(Date.now)<RoomId>();
  const memberIds = people.map((person) => person.id as AccountId);
  await transaction(db, (tx) => insertRoom(tx, { id, orderId: null, createdAt: new Date().toISOString() }, memberIds));
  await db.$client.close();
  return id;
}
