import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createMemoryPresence } from '../../adapters/memory/presence.ts';
import { openServer } from '../../adapters/redis/connection.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
import type { Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { chatUrlOf, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { startRedis } from '../../local/servers/redis.ts';
import { testSettings } from '../support/servers/settings.ts';
import { everywhere } from '../support/everywhere.ts';
import { startEdgePorts } from '../support/servers/edge-ports.ts';
import { newCustomer } from '../support/people/people.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const anyone = () => crypto.randomUUID() as AccountId;

/** A clock that stands until a test moves it. */
const clock = { time: Date.now(), now: () => clock.time };

/** Who comes and goes, and what is then said of it. */
interface Place {
  newcomer(): Promise<AccountId>;
  arrive(account: AccountId): Promise<void>;
  leave(account: AccountId): Promise<void>;
  of: Presence['of'];
  now(): number;
  close(): void | Promise<void>;
}

/** Those that are told, again and again, who is here. */
const told: [string, () => Promise<{ presence: Presence; close(): void }>][] = [
  ['memory', async () => ({ presence: createMemoryPresence(clock), close() {} })],
  [
    'redis',
    async () => {
      const { presence, connected, close } = createRedisPresence(inject('redisUrl'), log, clock);
      await connected;
      return { presence, close };
    },
  ],
];

/** And the edge's, which nobody has to tell: an inbox holds its account's sockets itself. */
const places: [string, () => Promise<Place>][] = told.map(([name, open]): [string, () => Promise<Place>] => [
  name,
  async () => {
    const { presence, close } = await open();
    return {
      newcomer: async () => anyone(),
      arrive: async (account) => void (await presence.keep([account])),
      leave: async (account) => expect(await presence.leave(account)).toEqual({ elsewhere: false }),
      of: (accounts) => presence.of(accounts),
      now: () => clock.now(),
      close,
    };
  },
]);
// A Worker more for this suite.
if (everywhere) places.push(['inboxes of the edge, by their sockets', openInboxes]);

async function openInboxes(): Promise<Place> {
  const { worker, ports } = await startEdgePorts();
  const tokens = new Map<AccountId, string>();
  const sockets = new Map<AccountId, ChatClient>();
  return {
    async newcomer() {
      const { id, token = '' } = await newCustomer();
      tokens.set(id as AccountId, token);
      return id as AccountId;
    },
    async arrive(account) {
      const url = chatUrlOf(worker.origin);
      const socket = await openSocket(url, ['kingbus.v1', `bearer.${tokens.get(account)}`]);
      await socket.next('ready');
      sockets.set(account, socket);
    },
    leave: async (account) => sockets.get(account)?.close(),
    of: (accounts) => ports.presenceOf(accounts),
    now: () => Date.now(),
    close: () => worker.stop(),
  };
}

describe.each(places)('presence: %s', (_name, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close());

  test('knows who is here, in the order asked, and when someone was last seen', async () => {
    const [here, gone, never] = [await place.newcomer(), await place.newcomer(), await place.newcomer()];
    await place.arrive(here);
    await place.arrive(gone);
    const before = place.now();
    await place.leave(gone);
    const after = place.now();
    const [first, second, third] = await place.of([never, here, gone]);
    expect(first).toEqual({ online: false, lastSeenAt: null });
    expect(second).toEqual({ online: true, lastSeenAt: null });
    expect(third?.online).toBe(false);
    const seenAt = Date.parse(third?.lastSeenAt ?? '');
    expect(seenAt).toBeGreaterThanOrEqual(before);
    expect(seenAt).toBeLessThanOrEqual(after);
    await place.leave(here);
    await place.arrive(gone);
    expect((await place.of([here, gone])).map((seen) => seen?.online)).toEqual([false, true]);
    await place.leave(gone);
  });
});

test('presence in memory forgets who is not kept', async () => {
  const [presence, account] = [createMemoryPresence(clock, 60_000), anyone()];
  await presence.keep([account]);
  clock.time += 59_000;
  expect((await presence.of([account]))[0]?.online).toBe(true);
  clock.time += 2_000;
  expect((await presence.of([account]))[0]?.online).toBe(false);
});

test.each([
  ['right', 0],
  ['ahead', 200_000],
  ['behind', -200_000],
])(
  'a process whose clock is %s is believed for as long as it says, and known to have gone then',
  async (_name, skew) => {
    const open = (ahead: number) =>
      createRedisPresence(inject('redisUrl'), log, { now: () => Date.now() + ahead }, 1_000);
    const [dying, watching] = [open(skew), open(0)];
    await Promise.all([dying.connected, watching.connected]);
    const [account, never] = [anyone(), anyone()];
    const before = Date.now();
    await dying.presence.keep([account]);
    expect(await watching.presence.of([never, account])).toEqual([
      { online: false, lastSeenAt: null },
      { online: true, lastSeenAt: null },
    ]);
    dying.close();
    await vi.waitFor(async () => expect((await watching.presence.of([account]))[0]?.online).toBe(false), 5_000);
    const [seen] = await watching.presence.of([account]);
    const heardOf = Date.parse(seen?.lastSeenAt ?? '');
    expect(heardOf).toBeGreaterThanOrEqual(before);
    expect(heardOf).toBeLessThan(before + 1_000);
    watching.close();
  },
);

test('says again who is here where Redis has come back and knows nobody', async () => {
  const redis = await startRedis({ folder: join(testSettings().runFolder, 'presence-redis') });
  const { presence, connected, close } = createRedisPresence(redis.url, log, clock);
  await connected;
  const account = anyone();
  await presence.keep([account]);
  const { port } = redis;
  await redis.stop();
  const again = await startRedis({ folder: join(testSettings().runFolder, 'presence-redis'), port });
  await vi.waitFor(async () => expect((await presence.of([account]))[0]?.online).toBe(true), 10_000);
  close();
  await again.stop();
});

test('an account that two processes hold is here until both have let go', async () => {
  const [one, two] = [
    createRedisPresence(inject('redisUrl'), log, clock),
    createRedisPresence(inject('redisUrl'), log, clock),
  ];
  await Promise.all([one.connected, two.connected]);
  const account = anyone();
  await Promise.all([one.presence.keep([account]), two.presence.keep([account])]);
  expect(await one.presence.leave(account)).toEqual({ elsewhere: true });
  expect((await two.presence.of([account]))[0]?.online).toBe(true);
  expect(await two.presence.leave(account)).toEqual({ elsewhere: false });
  expect((await one.presence.of([account]))[0]?.online).toBe(false);
  one.close();
  two.close();
});

test('names those whom it kept and nobody knew of any more, once', async () => {
  const redis = openServer({ kind: 'server', url: inject('redisUrl') }, log, 'test');
  const [here, there] = [1, 2].map(() => createRedisPresence(inject('redisUrl'), log, clock));
  if (here === undefined || there === undefined) throw new Error('two were made');
  await Promise.all([once(redis, 'ready'), here.connected, there.connected]);
  const [lost, kept, elsewhere] = [anyone(), anyone(), anyone()];
  const forget = (...accounts: AccountId[]) => redis.del(...accounts.map((id) => `kingbus:presence:${id}`));
  expect(await here.presence.keep([lost, kept, elsewhere])).toEqual([]);
  await forget(lost, elsewhere);
  await there.presence.keep([elsewhere]);
  expect(await here.presence.keep([lost, kept, elsewhere])).toEqual([lost]);
  expect(await here.presence.keep([lost, kept, elsewhere])).toEqual([]);
  await here.presence.leave(lost);
  expect(await here.presence.keep([lost])).toEqual([]);
  for (const each of [here, there]) each.close();
  redis.disconnect();
});

test('a moment in Redis that is none is not known', async () => {
  const { presence, connected, close } = createRedisPresence(inject('redisUrl'), log, clock);
  await connected;
  const account = anyone();
  await presence.keep([account]);
  const other = openServer({ kind: 'server', url: inject('redisUrl') }, log, 'test');
  await once(other, 'ready');
  for (const [name, value] of [
    ['kingbus:seen', 'yesterday'],
    ['kingbus:seen', ''],
  ] as const) {
    await other.set(`${name}:${account}`, value);
    expect(await presence.of([account])).toEqual([{ online: true, lastSeenAt: null }]);
  }
  other.disconnect();
  close();
});

test('where Redis is away, nobody’s can be told', async () => {
  // Port 1 answers to nobody.
  const { presence, close } = createRedisPresence('redis://127.0.0.1:1', log, clock);
  const account = anyone();
  await presence.keep([account]);
  expect(await presence.leave(account)).toEqual({ elsewhere: false });
  expect(await presence.of([account])).toEqual([undefined]);
  close();
});
