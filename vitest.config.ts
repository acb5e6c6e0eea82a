import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { importQuickly } from './adapters/node/start/quick-imports.ts';

// Each of a dozen processes would take three seconds to find the modules of Drizzle.
importQuickly();
const quickly = {
  execArgv: ['--import', `${import.meta.dirname}/local/import-quickly.ts`],
  // Node loads the product by itself, as it does when it is run, and finds compiled what another worker has compiled.
  server: {
    deps: {
      external: [
        new RegExp(`^${RegExp.escape(import.meta.dirname)}/(?:functions|db|schema|adapters|local|client)/`, 'u'),
      ],
    },
  },
};

/** `npm run test:all` runs every test in every home where it can run. `npm test` leaves out what a second home hardly changes. */
const all = process.env['KINGBUS_TEST_ALL'] === '1';

/**
 * HTTP tests that see the product from outside alone, through `inject('origin')` and `fetch`. They run against every
 * runtime: the project `node`, and the same files again in the projects `edge` and `bun`.
 */
const httpTests = [
  'tests/files/{read,serve-public,upload}-file.test.ts',
  'tests/{accounts,api-keys,closing,codes,documents,operators,orders,quotes,recovery,rooms,sessions,vehicles}/**/*.test.ts',
  'tests/http/**/*.test.ts',
  'tests/security/{forged-tokens,hostile-texts}.test.ts',
  'tests/pages/chat-assets.test.ts',
];

/** And on the edge: a file of each feature, and what has its own way there: transactions, bus, limits, streams. */
const edgeTests = [
  'tests/http/problems.test.ts',
  'tests/files/upload-file.test.ts',
  'tests/{accounts/suspend-account,closing/close-account,recovery/recovery}.test.ts',
  'tests/documents/decisions.test.ts',
  'tests/vehicles/vehicles.test.ts',
  'tests/api-keys/api-keys.test.ts',
  'tests/orders/place-order.test.ts',
  'tests/quotes/select-quote.test.ts',
  'tests/rooms/messages.test.ts',
  'tests/sessions/refresh-session.test.ts',
];

/** The chat as a client sees it, in every home: through `inject('chatOrigins')` and a socket, or the chat that a test starts (`startChat`). */
const chatTests = [
  'tests/chat/{api-keys,bodies,changes,connect,files,flow-control,frame-length,frame-matrix,messages,presence,protocol,read-marks,refusals,suspended-writes,sync,tokens}.test.ts',
  'tests/client/{chat,examples,http,keys,python}.test.ts',
  'tests/events/**/*.test.ts',
];

/** Of these what every run repeats on the edge: what Durable Objects and their sockets do in a way of their own. */
const edgeChatTests = [
  'tests/chat/{api-keys,connect,files,flow-control,messages,presence,protocol,sync,tokens}.test.ts',
  'tests/client/http.test.ts',
  'tests/events/**/*.test.ts',
];

/** Tests that start what they need themselves: no product process waits for them. */
const localTests = [
  'tests/{deploy,local,front,edge,portability,faults,restarts}/**/*.test.ts',
  'tests/docs/{adding-a-route,changelog,handover-note,links,rights,runbook}.test.ts',
];

/** What starts most for what it shows, each a second look at what others of every run show: `npm run test:all` alone has them. */
const rareTests = all
  ? []
  : [
      'tests/deploy/container.test.ts',
      'tests/edge/{broken-off-forms,chat-page,database-outages,malformed-upgrades,outages,room-to-grow}.test.ts',
      'tests/chat/mixed-homes.test.ts',
      'tests/faults/{edge,galera,redis}.test.ts',
      'tests/local/{mariadb,mariadb-cluster}.test.ts',
      'tests/restarts/restarts.test.ts',
    ];

/** On whole machines that boot: minutes each, and only where this one may start them. `npm run test:deploy`. */
const machineTests = ['tests/deploy/machine/*.test.ts'];

/** Run inside of workerd, where Durable Objects can be evicted and their alarms rung. */
const workerdTests = ['tests/workerd/**/*.test.ts'];

/** How long is waited for what comes by itself: as long as on a busy machine. `vi.waitFor` has it from a file, since no setting does. */
const patience = {
  ...quickly,
  expect: { poll: { timeout: 10_000, interval: 20 } },
  setupFiles: ['tests/support/servers/patience.ts'],
};

/** On tables with many rows. One reads what the product ran in all other tests, so they come after those. */
const explainTests = ['tests/db/{explain,lists}.test.ts'];

/** Run inside of workerd: alone, and with a Redis, as beside Node. */
const workerd = (name: 'workerd' | 'workerd-mixed', include: string[]) => ({
  plugins: [
    cloudflareTest(({ inject }) => ({
      // The Worker as it is deployed, in one file.
      main: inject('workerBundle'),
      wrangler: { configPath: 'adapters/edge/wrangler.jsonc' },
      miniflare: {
        bindings: inject('bindings'),
        hyperdrives: { HYPERDRIVE: inject('databaseUrl') },
      },
    })),
  ],
  test: {
    name,
    include,
    globalSetup: `tests/support/servers/${name}-setup.ts`,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // A test mostly waits for the product, which has processes of its own: a worker a core would leave the machine idle.
    maxWorkers: Math.max(4, 2 * availableParallelism()),
    // The run's folder, by the name that its set-ups give it (tests/support/servers/settings.ts).
    env: { KINGBUS_TEST_RUN: `run-${process.pid}` },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'node',
          ...patience,
          include: ['tests/**/*.test.ts'],
          exclude: [...localTests, ...explainTests, ...workerdTests, ...rareTests],
          globalSetup: 'tests/support/servers/node-setup.ts',
          // Files share a worker's modules: no test changes them, and loading them anew cost more than the tests.
          isolate: false,
          // It may start processes of its own, which a busy machine lets wait.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'edge',
          ...patience,
          include: all ? [...httpTests, ...chatTests] : [...edgeTests, ...edgeChatTests],
          globalSetup: 'tests/support/servers/edge-setup.ts',
          isolate: false,
          // Every request opens a connection of its own here, and all of them share one thread.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'bun',
          ...patience,
          // All of them pass: nothing is left out for Bun's sake.
          include: httpTests,
          globalSetup: 'tests/support/servers/bun-setup.ts',
          isolate: false,
          // It may start processes of its own, which a busy machine lets wait.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      workerd('workerd', [all ? 'tests/workerd/*.test.ts' : 'tests/workerd/{hibernation,pictures,store-file}.test.ts']),
      workerd('workerd-mixed', ['tests/workerd/mixed/*.test.ts']),
      {
        test: {
          name: 'local',
          ...patience,
          include: localTests,
          exclude: [...machineTests, ...rareTests],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'machines',
          ...patience,
          include: machineTests,
          globalSetup: 'tests/support/servers/machines-setup.ts',
          // One after another: a machine takes what there is.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        test: {
          name: 'explain',
          ...quickly,
          include: explainTests,
          globalSetup: 'tests/support/servers/explain-setup.ts',
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
