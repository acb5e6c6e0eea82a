import { test } from 'vitest';
import { nodeHome } from './node-world.ts';
import { expectCaught, expectUnharmed, patience, useFrailServers } from './short-run.ts';

const frail = useFrailServers();

test('whatever dies, an acknowledged message is in the log, once, for everybody', { timeout: patience }, ({ signal }) =>
  expectUnharmed(frail.current, {
    signal,
    home: nodeHome({ redis: frail.current.redis, chats: 2, http: true, front: false }),
    messages: 1_500,
  }),
);

// By faults that no process has to start after: on a busy machine there would be too few of them.
test.for([
  ['ack-before-commit', { hasty: true, faults: ['MariaDB connection cut before a commit'] }],
  ['no-gap-fill', { hasty: true, faults: ['hint lost'] }],
  // No fault but the one that goes with the last messages of each storm.
  ['no-tail-sweep', { faults: ['hint lost'], faultPause: 60_000, messagesEachStorm: 100, tailWithin: 3_000 }],
] as const)('the bug %s is caught', { timeout: patience }, ([bug, options], { signal }) =>
  expectCaught(frail.current, bug, { ...options, signal }),
);
