// Private MariaDB and Redis for a developer who runs single test files again and again:
//   node local/bootstrap.mjs local/dev-servers.ts [folder]
// writes the variables to the file "environment" in the folder (.kingbus-dev unless another is given), and runs until
// Ctrl-C.
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Cleanup, report } from './command.ts';
import { checkout, takeFolder } from './folder.ts';
import { startMariaDb } from './servers/mariadb.ts';
import { startRedis } from './servers/redis.ts';
import { onStopSignals } from './signals.ts';
import { ensureSigningKey } from './signing-key.ts';
import { requireTools } from './tools/require.ts';

const folder = resolve(process.argv[2] ?? join(checkout, '.kingbus-dev'));
const cleanup = new Cleanup();
onStopSignals({
  first: () => void cleanup.run().then(() => process.exit(0)),
  again: () => process.exit(1),
});

try {
  cleanup.add(
    takeFolder(folder, (pid) => `Process ${pid} runs these servers in ${folder} already: . '${folder}/environment'`),
  );
  await requireTools(['mariadb', 'redis'], (line) => console.error(line));
  const mariadb = await startMariaDb({ folder: join(folder, 'mariadb'), durable: false });
  cleanup.add(() => mariadb.stop());
  const redis = await startRedis({ folder: join(folder, 'redis') });
  cleanup.add(() => redis.stop());
  await ensureSigningKey(join(folder, 'keys'));
  const environment = join(folder, 'environment');
  writeFileSync(
    environment,
    [
      `export DATABASE_URL='${mariadb.url}'`,
      `export REDIS_URL='${redis.url}'`,
      `export KINGBUS_TEST_HOME='${folder}'`,
      `export KINGBUS_TEST_KEYS='${join(folder, 'keys')}'`,
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  cleanup.add(() => rmSync(environment));
  console.log(
    `Ready. In another terminal: . '${environment}' && npx vitest run tests/…   (Ctrl-C here stops the servers.)`,
  );
  void Promise.race([mariadb.ended, redis.ended])
    .then(() => cleanup.run())
    .then(() => process.exit(1));
} catch (error) {
  report(error);
  await cleanup.run();
  process.exit(1);
}
