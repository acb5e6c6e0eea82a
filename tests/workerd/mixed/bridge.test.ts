import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { encodeHead, encodeEphemeral } from '../../../functions/events/room-hints.ts';
import { roomTopic } from '../../../functions/events/topics.ts';
import type { RoomId } from '../../../schema/ids.ts';
import { connect } from '../chat-client.ts';
import { newCustomer, newRooms, writeSilently } from '../people.ts';
import { publishFromNode } from './redis.ts';

const bridge = () => env.BRIDGE.getByName('bridge');

async function conversation() {
  const [minji, junho] = await Promise.all([newCustomer(), newCustomer()]);
  const [room = '' as RoomId] = await newRooms(1, minji, junho);
  const his = await connect(junho);
  const typing = encodeEphemeral({ type: 'typing', room, account: minji.id });
  return { minji, junho, room, his, typing };
}

test('a bridge that was forgotten hears again for whoever is connected, and has them look for what they missed', async () => {
  const { minji, room, his, typing } = await conversation();
  expect(await publishFromNode(roomTopic(room), typing)).toBe(1);
  expect(await his.next('typing')).toMatchObject({ account: minji.id });

  await runInDurableObject(bridge(), (object) => object.closeRedis());
  await evictDurableObject(bridge());
  await writeSilently(minji, room);
  expect(await publishFromNode(roomTopic(room), encodeHead(1))).toBe(0);
  // Its own alarm wakes it.
  expect(await runDurableObjectAlarm(bridge())).toBe(true);
  expect(await his.next('message')).toMatchObject({ seq: 1 });
  await vi.waitFor(async () => expect(await publishFromNode(roomTopic(room), typing)).toBe(1), 10_000);
  await his.next('typing');
  await his.close();
});

test('an inbox that sleeps hears what Node says', async () => {
  const { junho, room, his, typing } = await conversation();
  await evictDurableObject(env.INBOX.getByName(junho.id));
  await publishFromNode(roomTopic(room), typing);
  await his.next('typing');
  await his.close();
});

test('nothing is heard for an account that has gone', async () => {
  const { room, his, typing } = await conversation();
  expect(await publishFromNode(roomTopic(room), typing)).toBe(1);
  await his.close();
  await vi.waitFor(async () => expect(await publishFromNode(roomTopic(room), typing)).toBe(0), 10_000);
});
