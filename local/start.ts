// `npm start`: sets everything up in a private folder and runs the product behind its front, until Ctrl-C.
// .env.example and README.md say which variables it takes.
import { join } from 'node:path';
import { Cleanup, report } from './command.ts';
import { takeFolder } from './folder.ts';
import { explainFileError, Problem } from './problem.ts';
import { type ProcessPlan, runProcesses } from './processes.ts';
import { PortTaken, retryTakenPort } from './servers/background.ts';
import { stopLeftover } from './servers/leftovers.ts';
import { onStopSignals } from './signals.ts';
import { ensureSigningKey } from './signing-key.ts';
import { announcement } from './start/announce.ts';
import { checkPort, portTaken } from './start/check-port.ts';
import { planFront, planProduct, planSingle } from './start/product.ts';
import { runOnce } from './start/run-once.ts';
import { readSettings, type Settings } from './start/settings.ts';
import { openDatabase, openRedis } from './start/stores.ts';
import { installTools, inWords, type Tool, titleOf } from './tools/tools.ts';

const cleanup = new Cleanup();
const stopped = Promise.withResolvers<NodeJS.Signals>();
let stopping = false;
onStopSignals({
  first(signal) {
    stopping = true;
    console.error('\nStopping …  (again to stop at once)');
    stopped.resolve(signal);
  },
  again: () => void cleanup.force().finally(() => process.exit(1)),
});

let exitCode = 0;
try {
  const settings = readSettings(process.env);
  try {
    await start(settings);
  } catch (error) {
    throw explainFileError(error, settings.home);
  }
  await stopped.promise;
} catch (error) {
  if (!stopping) report(error);
  exitCode = stopping ? 0 : 1;
} finally {
  await cleanup.run();
}
if (stopping) console.error('Stopped.');
process.exit(exitCode);

async function start(settings: Settings): Promise<void> {
  const { home, port } = settings;
  const release = takeFolder(
    home,
    (pid) =>
      `KingBus runs already from ${home}: process ${pid}. Stop it with Ctrl-C in its terminal (or kill ${pid}), ` +
      'or start a second one: KINGBUS_HOME=.kingbus-2 KINGBUS_PORT=8090 npm start.',
  );
  cleanup.add(release);
  const began = performance.now();
  const notes = join(home, 'processes');
  for (const name of ['front', 'http', 'chat-1', 'chat-2', 'kingbus']) await stopLeftover(join(notes, name));
  const bind = await checkPort(port, settings.bind);

  const { redis, caddy } = await bringTools(settings);
  goOn();
  say('Starting MariaDB' + (redis ? ' and Redis …' : ' …'));
  const environment: Record<string, string> = {
    KINGBUS_PUBLIC_ORIGIN: settings.publicOrigin,
    KINGBUS_KEYS: join(home, 'keys'),
    DATABASE_URL: await openDatabase(home, settings.databaseUrl, cleanup),
    REDIS_URL: redis ? await openRedis(home, settings.redisUrl, cleanup) : '',
  };
  await ensureSigningKey(join(home, 'keys'));
  goOn();
  say('Bringing the database up to date …');
  await runOnce('adapters/node/migrate.ts', 'The migration', environment);
  goOn();
  await runOnce('local/demo-data.ts', 'Loading the demo data', environment);
  goOn();

  const run = async (plans: readonly ProcessPlan[]) => {
    const group = await runProcesses(plans, notes);
    cleanup.add(
      () => group.stop(),
      () => group.kill(),
    );
  };
  try {
    if (redis && caddy) {
      say('Starting one HTTP process and two chat processes …');
      const plans = await retryTakenPort(async () => {
        const product = await planProduct(environment);
        await run(product);
        return product;
      });
      goOn();
      say('Starting Caddy in front …');
      await run([planFront(settings, bind, plans)]);
    } else {
      say('Starting HTTP and chat in one process …');
      await run([planSingle(settings, environment)]);
    }
  } catch (error) {
    // Free when we looked, and inner ports are tried again: it can only be the outer one.
    throw error instanceof PortTaken ? portTaken(port) : error;
  }
  if (!stopping) console.log(announcement(settings.publicOrigin, Math.round((performance.now() - began) / 1000)));
}

/** Installs what is missing, and says what the start will do without. */
async function bringTools(settings: Settings): Promise<{ redis: boolean; caddy: boolean }> {
  const wanted: Tool[] = [];
  if (settings.databaseUrl === undefined) wanted.push('mariadb');
  if (settings.redisUrl === undefined && !settings.without.redis) wanted.push('redis');
  if (!settings.without.caddy) wanted.push('caddy');
  const { missing, advice } = await installTools(wanted, say);
  if (missing.includes('mariadb')) {
    throw new Problem(
      `MariaDB is missing on this machine. ${advice} Or name one that you already run: ` +
        'DATABASE_URL=mysql://user:password@host:3306/kingbus npm start (10.11 or later).',
    );
  }
  const has = {
    redis: !settings.without.redis && !missing.includes('redis'),
    caddy: !settings.without.caddy && !missing.includes('caddy'),
  };
  if (missing.length > 0) say(`${inWords(missing.map(titleOf))} cannot be had here. ${advice}`);
  if (!has.redis || !has.caddy)
    say('Without both Redis and Caddy: HTTP and chat will share one process, no front before it.');
  return has;
}

function say(line: string): void {
  console.log(line);
}

/** Ends a start that someone has interrupted, between two of its steps. */
function goOn(): void {
  if (stopping) throw new Error('stopped');
}
