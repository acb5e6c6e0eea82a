import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { openServer } from '../../adapters/redis/connection.ts';
import { encodeEphemeral } from '../../functions/events/room-hints.ts';
import { roomTopic } from '../../functions/events/topics.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Room } from '../../functions/rooms/room-schema.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { Proxy } from '../faults/proxy.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { firstOf } from '../support/everywhere.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

const noLog = { debug() {}, info() {}, warn() {}, error() {} };

let run = 0;
const start = (redisUrl = inject('redisUrl')) =>
  startProduct(
    'adapters/node/chat.ts',
    { ...productEnvironment(inject('databaseUrl')), KINGBUS_PRESENCE_SECONDS: '4', REDIS_URL: redisUrl },
    join(testSettings().runFolder, `presence-${++run}.log`),
  );

// Processes start, and are missed, in their own time.
vi.setConfig({ testTimeout: 60_000 });

let watching: ProductProcess;
let mortal: ProductProcess;

/** The way of `watching` to Redis. */
let way: Proxy;

beforeAll(async () => {
  const redisUrl = new URL(inject('redisUrl'));
  way = await Proxy.start(Number(redisUrl.port));
  watching = await start(Object.assign(redisUrl, { port: String(way.port) }).href);
});
afterAll(async () => {
  await watching.stop();
  await way.close();
});
beforeEach(async () => {
  mortal = await start();
});
afterEach(async () => {
  await mortal.stop();
});

const at = ({ origin }: ProductProcess, person: Person) => connectTo(chatUrlOf(origin), person);

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

/** How one member looks to another, over HTTP. */
async function seenBy(viewer: Person, member: Person) {
  const { body } = await viewer.get<Page<Room>>('/v1/rooms');
  return body.items[0]?.members.find(({ id }) => id === member.id);
}

/** Says, as a process would, that somebody has gone who has not. */
async function publishGone(room: RoomId, { id }: Person): Promise<void> {
  const { bus, close } = createRedisBus(inject('redisUrl'), noLog);
  await new Promise<void>((resolve) => bus.onGap(resolve));
  await vi.waitUntil(() => bus.healthy());
  const account = id as AccountId;
  await bus.publish(roomTopic(room), encodeEphemeral({ type: 'presence', room, account, online: false }, account));
  close();
}

const gone = (room: RoomId, { id }: Person) => ({
  type: 'presence',
  room,
  account: id,
  online: false,
  lastSeenAt: expect.any(String),
});

describe('a process that is killed', () => {
  test.each(
    firstOf(1, [
      ['came before them', true],
      ['came after them', false],
    ] as const),
  )('takes its people away: whoever %s is told so, each connection once', async (_name, isEarly) => {
    const { customer, driver, room } = await pair();
    const his: ChatClient[] = [];
    const watch = async () => his.push(await at(watching, customer), await at(watching, customer));
    if (isEarly) await watch();
    const hers = await at(mortal, driver);
    if (!isEarly) await watch();
    if (isEarly) for (const client of his) expect(await client.next('presence')).toMatchObject({ online: true });
    await mortal.kill();
    await hers.closed;
    for (const client of his) expect(await client.next('presence')).toEqual(gone(room, driver));
    // Whoever comes back is told of, and leaves as anybody does: nothing was told in between.
    const again = await at(watching, driver);
    await again.close();
    for (const client of his) {
      expect(await client.next('presence')).toMatchObject({ online: true });
      expect(await client.next('presence')).toEqual(gone(room, driver));
      expect(client.all('presence')).toHaveLength(isEarly ? 4 : 3);
    }
    await Promise.all(his.map((client) => client.close()));
  });

  test('takes nobody away who is connected to another one', async () => {
    const { customer, driver, room } = await pair();
    const lonely = await newDriver();
    const second = await newRoom(customer, lonely);
    const other = await start();
    const his = await at(watching, customer);
    const hers = [await at(mortal, driver), await at(other, driver), await at(mortal, lonely)];
    while (his.all('presence').filter(({ online }) => online).length < hers.length) await his.next('presence');
    await mortal.kill();
    await Promise.all([hers[0]?.closed, hers[2]?.closed]);
    // The one who was nowhere else is missed; the other one is not, until the second process has died as well.
    expect(await his.next('presence')).toEqual(gone(second, lonely));
    await other.kill();
    expect(await his.next('presence')).toEqual(gone(room, driver));
    expect(his.all('presence')).toHaveLength(5);
    await his.close();
  });
});

test('a process that only stood still brings its people back', async () => {
  const { customer, driver, room } = await pair();
  const his = await at(watching, customer);
  const hers = await at(mortal, driver);
  expect(await his.next('presence')).toMatchObject({ online: true });
  process.kill(mortal.pid, 'SIGSTOP');
  expect(await his.next('presence')).toEqual(gone(room, driver));
  process.kill(mortal.pid, 'SIGCONT');
  expect(await his.next('presence')).toEqual({ type: 'presence', room, account: driver.id, online: true });
  await Promise.all([his.close(), hers.close()]);
});

describe('what was told and did not arrive', () => {
  /** Loses all that comes by Redis of who is here, until `stop`. */
  function losePresence() {
    const lose = (bytes: Buffer) => (bytes.includes('"type":"presence"') ? 'swallow' : 'pass');
    way.watches.add(lose);
    return { stop: () => way.watches.delete(lose) };
  }

  test('of one who came is told once hints travel again', async () => {
    const { customer, driver, room } = await pair();
    const his = await at(watching, customer);
    const losing = losePresence();
    const hers = await at(mortal, driver);
    await vi.waitUntil(async () => (await seenBy(customer, driver))?.online, { timeout: 10_000 });
    losing.stop();
    way.cut();
    expect(await his.next('presence')).toEqual({ type: 'presence', room, account: driver.id, online: true });
    await Promise.all([his.close(), hers.close()]);
  });

  test('of one who went, and of one who was said to have gone and is here, is told after a look', async () => {
    const { customer, driver, room } = await pair();
    const his = await at(watching, customer);
    const hers = await at(mortal, driver);
    expect(await his.next('presence')).toMatchObject({ online: true });
    await publishGone(room, driver);
    expect(await his.next('presence')).toMatchObject({ online: false });
    expect(await his.next('presence')).toMatchObject({ online: true });
    const losing = losePresence();
    await hers.close();
    expect(await his.next('presence')).toEqual(gone(room, driver));
    losing.stop();
    await his.close();
  });
});

test('somebody of whom nobody knew for a moment is told of to who asked in that moment', async () => {
  const { customer, driver, room } = await pair();
  const hers = await at(mortal, driver);
  await vi.waitFor(async () => expect(await seenBy(customer, driver)).toMatchObject({ online: true }));
  const his = await at(watching, customer);
  const redis = openServer({ kind: 'server', url: inject('redisUrl') }, noLog, 'test');
  await once(redis, 'ready');
  // As where a node of a cluster was not reached when it was said, or has lost it.
  await vi.waitFor(async () => {
    await redis.del(`kingbus:presence:${driver.id}`);
    expect(await seenBy(customer, driver)).toMatchObject({ online: false });
  });
  redis.disconnect();
  expect(await his.next('presence')).toEqual({ type: 'presence', room, account: driver.id, online: true });
  await Promise.all([his.close(), hers.close()]);
});
