import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createMemoryPresence } from '../../adapters/memory/presence.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
import { presenceSeconds } from '../../functions/ports.ts';
import type { Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const anyone = () => crypto.randomUUID() as AccountId;

/** A clock that stands until a test moves it. */
const clock = { time: Date.now(), now: () => clock.time };

describe.each([
  ['memory', () => ({ presence: createMemoryPresence(clock), connected: Promise.resolve(), close() {} })],
  ['redis', () => createRedisPresence(inject('redisUrl'), log, clock)],
])('presence: %s', (_name, open) => {
  let presence: Presence;
  let close: () => void;
  beforeAll(async () => {
    const opened = open();
    ({ presence, close } = opened);
    await opened.connected;
  });
  afterAll(() => close());

  test('knows who is here, in the order asked, and when someone was last seen', async () => {
    const [here, gone, never] = [anyone(), anyone(), anyone()];
    await presence.keep([here, gone]);
    expect(await presence.leave(gone)).toEqual({ elsewhere: false });
    expect(await presence.of([never, here, gone])).toEqual([
      { online: false, lastSeenAt: null },
      { online: true, lastSeenAt: null },
      { online: false, lastSeenAt: new Date(clock.now()).toISOString() },
    ]);
  });

  test('forgets who is not kept, as after a crash', async () => {
    const account = anyone();
    await presence.keep([account]);
    clock.time += (presenceSeconds - 1) * 1000;
    expect((await presence.of([account]))[0]?.online).toBe(true);
    clock.time += 2_000;
    expect((await presence.of([account]))[0]?.online).toBe(false);
  });
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

test('where Redis is away, everyone is', async () => {
  // Port 1 answers to nobody.
  const { presence, close } = createRedisPresence('redis://127.0.0.1:1', log, clock);
  const account = anyone();
  await presence.keep([account]);
  expect(await presence.leave(account)).toEqual({ elsewhere: false });
  expect(await presence.of([account])).toEqual([{ online: false, lastSeenAt: null }]);
  close();
});
