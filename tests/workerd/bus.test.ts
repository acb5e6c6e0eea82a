import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { createEdgeBus } from '../../adapters/edge/bus.ts';
import type { NodeRelay } from '../../adapters/edge/node-relay.ts';
import type { Database } from '../../db/engine/client.ts';
import { encodeEphemeral } from '../../functions/events/room-hints.ts';
import { accountTopic, encodeAccountHint, roomTopic } from '../../functions/events/topics.ts';
import { connect } from './chat-client.ts';
import { newCustomer, newRooms, withDatabase } from './people.ts';
import type { Person } from './people.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const inboxOf = ({ id }: Person) => env.INBOX.getByName(id);

const busWith = (db: Database, relay?: NodeRelay) => createEdgeBus({ inboxes: env.INBOX, db, log, relay }).bus;

/** Redis takes what of the payloads this says. */
const nodeTakes = (takes: (payload: string) => boolean) =>
  ({ publish: async (envelopes: [string, string][]) => envelopes.map(([, payload]) => takes(payload)) }) as NodeRelay;

async function conversation() {
  const [minji, junho] = await Promise.all([newCustomer(), newCustomer()]);
  const [room] = await newRooms(1, minji, junho);
  if (room === undefined) throw new Error('there is no room');
  const joined = encodeAccountHint({ kind: 'joined', room });
  const typing = encodeEphemeral({ type: 'typing', room, account: minji.id });
  return { minji, junho, room, joined, typing };
}

describe('the bus of the edge says', () => {
  test('that a payload is lost whose inbox did not answer, and no other of the same turn', () =>
    withDatabase(async (db) => {
      const { minji, junho, room, joined, typing } = await conversation();
      const bus = busWith(db);
      // Calls do not find a method that an object has made its own.
      await runInDurableObject(inboxOf(junho), (inbox) => void (inbox.deliver = () => true));
      const published = Promise.all([
        bus.publish(accountTopic(minji.id), joined),
        bus.publish(accountTopic(junho.id), joined),
        bus.publish(roomTopic(room), typing),
      ]);
      expect(await published).toEqual([true, false, false]);
      await runInDurableObject(inboxOf(junho), (inbox) => Reflect.deleteProperty(inbox, 'deliver'));
      const his = await connect(junho);
      expect(await bus.publish(roomTopic(room), typing)).toBe(true);
      expect(await his.next('typing')).toMatchObject({ account: minji.id });
      await his.close();
    }));

  test('that a payload for a room is lost whose members it cannot read', async () => {
    const { minji, room, joined, typing } = await conversation();
    const away = { $client: { query: () => Promise.reject(new Error('MariaDB is away')) } } as unknown as Database;
    const bus = busWith(away);
    expect(await bus.publish(roomTopic(room), typing)).toBe(false);
    expect(await bus.publish(accountTopic(minji.id), joined)).toBe(true);
  });

  test('that a payload is lost which Redis did not take, where there are processes on Node', () =>
    withDatabase(async (db) => {
      const { minji, joined, typing } = await conversation();
      const bus = busWith(
        db,
        nodeTakes((payload) => payload === joined),
      );
      const topic = accountTopic(minji.id);
      expect(await Promise.all([bus.publish(topic, joined), bus.publish(topic, typing)])).toEqual([true, false]);
    }));
});
