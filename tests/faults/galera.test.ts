import { test } from 'vitest';
import { nodeHome } from './node-world.ts';
import type { RunOptions } from './run.ts';
import { expectUnharmed, patience, useFrailServers } from './short-run.ts';

// Three nodes take longest to start and to heal: they are in the run of everything alone.
const frail = useFrailServers((redis) => nodeHome({ redis, chats: 2, front: false, presenceSeconds: 3 }), {
  database: 'galera',
});

/** What becomes of nodes alone (catalogue/galera.ts), so that some of it happens in however short a run. */
const ofNodes = [
  'node killed',
  'node and its disk gone',
  'node frozen',
  'node cut off from the others',
  'all nodes killed',
];

test.for<[what: string, options: Partial<RunOptions>]>([
  ['nodes', { faults: ofNodes }],
  ['anything', {}],
])(
  'with a MariaDB of three nodes, whatever dies of %s, every promise is kept',
  { timeout: patience },
  ([, options], { signal }) => expectUnharmed(frail.current, { signal, messages: 400, ...options }),
);
