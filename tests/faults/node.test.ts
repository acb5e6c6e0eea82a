import { test } from 'vitest';
import type { BugName } from './bugs.ts';
import { nodeHome } from './node-world.ts';
import type { RunOptions } from './run.ts';
import { firstOf } from '../support/everywhere.ts';
import { expectCaught, expectUnharmed, patience, useFrailServers } from './short-run.ts';

const frail = useFrailServers((redis) => nodeHome({ redis, chats: 2, front: false, presenceSeconds: 3 }));

test('whatever dies, every promise is kept', { timeout: patience }, ({ signal }) =>
  expectUnharmed(frail.current, { signal, messages: 400 }),
);

type Row = [bug: BugName, options: Partial<RunOptions>];

/** No fault but the one that goes with the last messages of each storm. */
const tailAlone = { faultPause: 60_000, messagesEachStorm: 100 };

// By faults that no process has to start after: on a busy machine there would be too few of them.
const caught: Row[] = [
  ['no-gap-fill', { faults: ['hint lost'] }],
  ['ack-before-commit', { faults: ['MariaDB connection cut before a commit'] }],
  ['no-tail-sweep', { ...tailAlone, faults: ['hint lost'], tailWithin: 3_000 }],
  ['edit-before-commit', { faults: ['MariaDB connection cut before a commit'], actions: ['edited'], zeal: 5 }],
  ['deletion-keeps-text', { faults: [], actions: ['edited', 'deleted'], messagesEachStorm: 200 }],
  ['sending-moves-mark', { faults: [], actions: ['read'], messagesEachStorm: 100 }],
  ['unread-counts-changes', { faults: [], actions: ['edited', 'deleted'], messagesEachStorm: 200 }],
  ['renewal-of-ended', { faults: [], actions: ['logged out', 'presented an ended session in band'], zeal: 20 }],
  // These take longest.
  ['at-of-own-clock', { faults: ['clock jumped'], messagesEachStorm: 500 }],
  ['mark-goes-back', { faults: [], actions: ['read'], zeal: 20, messagesEachStorm: 100 }],
  [
    'no-session-sweep',
    { faults: ['end of a session lost'], actions: ['logged out'], zeal: 10, messagesEachStorm: 500 },
  ],
  ['suspended-log-in', { faults: [], actions: [], suspendEvery: 100 }],
  [
    'suspension-keeps-sessions',
    { faults: [], actions: ['came back with an ended session'], zeal: 20, suspendEvery: 50 },
  ],
  ['expiry-untold', { faults: [], actions: [], messagesEachStorm: 20, presence: true }],
];

test.for(firstOf(1, caught))('the bug %s is caught', { timeout: patience }, ([bug, options], { signal }) =>
  expectCaught(frail.current, bug, { ...options, signal }),
);
