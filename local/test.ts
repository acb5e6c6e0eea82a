// `npm test`: the whole suite on MariaDB and Redis of its own, in a temporary folder that is removed afterwards.
// Arguments go to vitest: `npm test -- tests/orders`. `--every-home` (`npm run test:all`) repeats in every home what a run
// leaves out in some (vitest.config.ts), and boots the machines; `--machines` (`npm run test:deploy`) boots them alone. KINGBUS_TEST_DATABASE_URL and KINGBUS_TEST_REDIS_URL name servers
// to use instead; the database user must have all rights on databases named kingbus….
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Cleanup, report } from './command.ts';
import { checkout, takeFolder } from './folder.ts';
import { startMariaDb } from './servers/mariadb.ts';
import { startRedis } from './servers/redis.ts';
import { onStopSignals } from './signals.ts';
import { ensureSigningKey } from './signing-key.ts';
import { folderPrefix, removeAbandonedFolders } from './test-folders.ts';
import { closingLine } from './test-result.ts';
import { requireTools } from './tools/require.ts';

const everyHome = '--every-home';
const machines = '--machines';

const toolsOfTests = [
  'mariadb',
  'galera',
  'dump',
  'redis',
  'caddy',
  'apache',
  'chromium',
  'websockets',
  'smtp',
  'prometheus',
  'logrotate',
  'systemd',
  'shellcheck',
  'firewall',
] as const;

const cleanup = new Cleanup();
let vitest: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
let stoppedBy: NodeJS.Signals | undefined;
onStopSignals({
  first(signal) {
    stoppedBy = signal;
    vitest?.kill(signal);
  },
  again() {
    if (vitest === undefined) process.exit(130);
    vitest.kill('SIGKILL');
  },
});

try {
  process.exitCode = await test();
} catch (error) {
  if (stoppedBy === undefined) report(error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
process.exit(stoppedBy === undefined ? process.exitCode : 130);

async function test(): Promise<number> {
  await requireTools(toolsOfTests, console.error);
  await removeAbandonedFolders();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  takeFolder(folder, (pid) => `Process ${pid} uses ${folder}.`);
  const result = join(folder, 'result.json');
  const words = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${result}`,
    ...projects(),
    ...process.argv.slice(2).filter((word) => word !== everyHome && word !== machines),
  ];
  // Machines bring servers of their own.
  const environment = process.argv.includes(machines) ? { KINGBUS_TEST_HOME: folder } : await prepare(folder);
  // What has begun to start is let start, so that it is also stopped.
  if (stoppedBy !== undefined) return 130;
  const running = execa('vitest', words, {
    cwd: checkout,
    stdio: 'inherit',
    reject: false,
    extendEnv: false,
    env: { ...withoutOurSettings(process.env), ...environment },
    preferLocal: true,
    localDir: checkout,
  });
  vitest = running;
  const { exitCode } = await running;
  vitest = undefined;
  console.log(closingLine(readResult(result), exitCode ?? 1));
  return exitCode ?? 1;
}

/** Machines that boot take minutes and root; Bun shows what Node shows, and workerd beside Redis what both show: no ordinary run waits for them. */
function projects(): string[] {
  if (process.argv.includes(machines)) return ['--project=machines'];
  const chosen = process.argv.some((word) => word.startsWith('--project'));
  return chosen || process.argv.includes(everyHome)
    ? []
    : ['--project=!machines', '--project=!bun', '--project=!workerd-mixed'];
}

async function prepare(folder: string): Promise<Record<string, string>> {
  const keys = join(folder, 'keys');
  const given = { database: process.env['KINGBUS_TEST_DATABASE_URL'], redis: process.env['KINGBUS_TEST_REDIS_URL'] };
  const database =
    given.database ?? (await urlOf(startMariaDb({ folder: join(folder, 'mariadb'), bufferPool: 128, durable: false })));
  const redis = given.redis ?? (await urlOf(startRedis({ folder: join(folder, 'redis') })));
  await ensureSigningKey(keys);
  return {
    DATABASE_URL: database,
    REDIS_URL: redis,
    KINGBUS_TEST_HOME: folder,
    KINGBUS_TEST_KEYS: keys,
    // Processes of the product start a hundred times in a run: each finds compiled what an earlier one has compiled.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...(process.argv.includes(everyHome) && { KINGBUS_TEST_ALL: '1' }),
  };
}

/** Waits for a server of ours, which the end of the run stops. */
async function urlOf(starting: Promise<{ url: string; stop: () => Promise<void> }>): Promise<string> {
  const server = await starting;
  cleanup.add(() => server.stop());
  return server.url;
}

/**
 * The tests must not depend on what the developer has set for a start of the product. KINGBUS_SCREENSHOTS is for them: a
 * folder that takes pictures of the pages.
 */
function withoutOurSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('KINGBUS_') || name === 'KINGBUS_SCREENSHOTS'),
  );
}

function readResult(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
