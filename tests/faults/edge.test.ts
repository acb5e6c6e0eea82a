import { test } from 'vitest';
import { edgeHome } from './edge-world.ts';
import { expectCaught, expectUnharmed, patience, useFrailServers } from './short-run.ts';

const frail = useFrailServers();

// One process holds everybody here: each of its deaths costs all of them a new connection.
test('whatever dies, an acknowledged message is in the log, once, for everybody', { timeout: patience }, ({ signal }) =>
  expectUnharmed(frail.current, { signal, home: edgeHome, messages: 750, faultPause: 2_500 }),
);

test.for([
  ['ack-before-commit', { faults: ['MariaDB connection cut before a commit'], messagesEachStorm: 150 }],
  // No fault but the one that goes with the last messages of each storm.
  ['no-guard', { faults: ['room ended after its commit'], faultPause: 60_000, messagesEachStorm: 100 }],
] as const)('the bug %s is caught', { timeout: patience }, ([bug, options], { signal }) =>
  expectCaught(frail.current, bug, { home: edgeHome, ...options, signal }),
);
