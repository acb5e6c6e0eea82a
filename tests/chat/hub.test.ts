import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryBus } from '../../adapters/memory/bus.ts';
import { createNoMetrics } from '../../adapters/memory/metrics.ts';
import { createMemoryPresence } from '../../adapters/memory/presence.ts';
import type { Database } from '../../db/engine/client.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import type { Connection } from '../../functions/chat/connection.ts';
import { accountTopic } from '../../functions/events/topics.ts';
import type { Ports } from '../../functions/ports.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';

const [first, second] = ['account-1', 'account-2'] as [AccountId, AccountId];
const principalOf = (accountId: AccountId) => ({ accountId, sessionId: `session of ${accountId}` as SessionId });
const [shared, own] = ['room-shared', 'room-own'] as [RoomId, RoomId];

/** Runs `act` and gives what no promise of it handed on: on Node each of these ends the process. */
async function unhandledBy(act: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const listeners = process.rawListeners('unhandledRejection') as ((reason: unknown) => void)[];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  try {
    await act();
    await turn();
    await turn();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  return unhandled;
}

describe('a hub whose database or bus misbehaves', () => {
  let bus: ReturnType<typeof createMemoryBus>;
  let hub: Hub;
  /** Answers the statements of the hub in turn; each waits until the test lets it go. */
  let asked: { sql: string; answer: (rows: unknown[][]) => void; fail: () => void }[];

  beforeEach(() => {
    const silent = () => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    bus = createMemoryBus(log);
    asked = [];
    const query = ({ sql }: { sql: string }) =>
      new Promise((resolve, reject) => {
        asked.push({ sql, answer: (rows) => resolve([rows, []]), fail: () => reject(new Error('MariaDB is away')) });
      });
    const clock = { now: () => Date.now() };
    hub = new Hub(
      {
        db: { $client: { query } } as unknown as Database,
        bus,
        clock,
        log,
        metrics: createNoMetrics(),
        presence: createMemoryPresence(clock),
        settings: { chat: defaultChatLimits } as Ports['settings'],
      },
      (texts) => texts,
    );
  });
  afterEach(() => {
    for (const { fail } of asked) fail();
  });

  const connection = (accountId: AccountId) => {
    const heard: unknown[] = [];
    const connection = {
      sink: { accountId },
      principal: undefined,
      subscriptions: new Map(),
      onHint: (hint: unknown) => heard.push(hint),
    } as unknown as Connection;
    hub.add(connection);
    return { connection, heard };
  };

  async function nextQuestion(): Promise<(typeof asked)[number]> {
    while (asked.length === 0) await turn();
    return asked.shift() as (typeof asked)[number];
  }

  /** Says of an account that attaches that its session is live, and which rooms it has. */
  async function admit(rooms: unknown[][]): Promise<void> {
    (await nextQuestion()).answer([['active', null]]);
    (await nextQuestion()).answer([['epoch']]);
    (await nextQuestion()).answer(rooms);
  }

  it('refuses those who attach while it fails, and leaves no promise to nobody', async () => {
    const unhandled = await unhandledBy(async () => {
      const one = hub.attach(connection(first).connection, principalOf(first));
      await admit([[shared, 0, 0]]);
      const heads = await nextQuestion();
      // The other one's first room is being opened already; its second is its own to open, and fails first.
      const other = hub.attach(connection(second).connection, principalOf(second));
      await admit([
        [shared, 0, 0],
        [own, 0, 0],
      ]);
      const outcomes = Promise.allSettled([one, other]);
      (await nextQuestion()).fail();
      await turn();
      heads.fail();
      expect(await outcomes).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    });
    expect(unhandled).toEqual([]);
  });

  it.each([
    ['no JSON', 'x{'],
    ['nothing', ''],
    ['a value that is no object', '7'],
    ['null', 'null'],
    ['a kind of another version', '{"kind":"renamed"}'],
    ['an event without its frame', '{"kind":"event"}'],
    ['a frame of another type', '{"kind":"event","frame":{"type":"ready"}}'],
    ['a room that is no text', '{"kind":"joined","room":7}'],
    ['a session without its id', '{"kind":"session_ended"}'],
  ])('hears nothing in a hint that is %s', async (_name, payload) => {
    const { connection: hers, heard } = connection(first);
    const attached = hub.attach(hers, principalOf(first));
    await admit([]);
    await attached;
    await bus.publish(accountTopic(first), payload);
    await bus.publish(accountTopic(first), '{"kind":"joined","room":"room-own"}');
    expect(heard).toEqual([{ kind: 'joined', room: own }]);
  });
});
