import { describe, test } from 'vitest';
import type { BugName } from './bugs.ts';
import { nodeHome } from './node-world.ts';
import type { RunOptions } from './run.ts';
import { expectCaught, expectUnharmed, patience, useFrailServers } from './short-run.ts';

// Several Redis servers hardly change what the checker does: they are in the run of everything alone.
describe.each(['cluster', 'sentinel'] as const)('with a Redis %s', (kind) => {
  const frail = useFrailServers((redis) => nodeHome({ redis, chats: 2, front: false, presenceSeconds: 3 }), {
    redis: kind,
  });

  test('whatever dies, every promise is kept', { timeout: patience }, ({ signal }) =>
    expectUnharmed(frail.current, { signal, messages: 1_500 }),
  );

  // What hints are lost by, and what else is kept in Redis.
  test.for<[BugName, Partial<RunOptions>]>([
    ['no-gap-fill', { faults: ['hint lost'] }],
    ['no-session-sweep', { faults: ['end of a session lost'], actions: ['logged out'], zeal: 10 }],
  ])('the bug %s is caught', { timeout: patience }, ([bug, options], { signal }) =>
    expectCaught(frail.current, bug, { ...options, signal }),
  );
});
