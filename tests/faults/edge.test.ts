import { test } from 'vitest';
import type { BugName } from './bugs.ts';
import { edgeHome } from './edge-world.ts';
import type { RunOptions } from './run.ts';
import { expectCaught, expectUnharmed, patience, useFrailServers } from './short-run.ts';

const frail = useFrailServers(() => edgeHome);

type Row = [bug: BugName, options: Partial<RunOptions>];

// One process holds everybody here: each of its deaths costs all of them a new connection.
test('whatever dies, every promise is kept', { timeout: patience }, ({ signal }) =>
  expectUnharmed(frail.current, { signal, messages: 300, faultPause: 2_500 }),
);

// By faults that leave the process alone: with it the switch of the bug would be gone.
const caught: Row[] = [
  // No fault but the one that goes with the last messages of each storm.
  ['no-guard', { faults: ['room ended after its commit'], faultPause: 60_000, messagesEachStorm: 100 }],
  ['ack-before-commit', { faults: ['MariaDB connection cut before a commit'], messagesEachStorm: 150 }],
];

test.for(caught)('the bug %s is caught', { timeout: patience }, ([bug, options], { signal }) =>
  expectCaught(frail.current, bug, { ...options, signal }),
);
