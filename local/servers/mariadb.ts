import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { createConnection } from 'mysql2/promise';
import { problemWithOutput } from '../problem.ts';
import { program } from '../tools/tools.ts';
import { type BackgroundServer, retryTakenPort, startInBackground } from './background.ts';
import { stopLeftover } from './leftovers.ts';
import { freePort } from './ports.ts';
import { secretIn } from './secret.ts';

export type MariaDb = BackgroundServer & {
  readonly port: number;
  /** mysql://kingbus:…@127.0.0.1:port/kingbus. The user may do anything in, and create, databases named kingbus…. */
  readonly url: string;
};

export type MariaDbOptions = {
  /** Where everything of it lies: its data, its log, its password. Made if need be. */
  folder: string;
  /** A free one, if none is given. */
  port?: number;
  /** Memory for table pages, in MiB. */
  bufferPool?: number;
  /** False where nobody minds what a crash loses: a commit then waits for no disk. */
  durable?: boolean;
  /** More of mariadbd's own options: `--read-only`. */
  settings?: readonly string[];
  /** It gets its data from elsewhere, users included: none are made. */
  isPrepared?: boolean;
  /** What it has to be beyond answering. */
  isReady?: () => Promise<boolean>;
  /** SQL that it runs at every start before it listens, as somebody who may do anything; each statement on a line. */
  statements?: readonly string[];
};

// What a production server should run with too (deploy/ says the same): strict, UTC, Korean and emoji.
const settings = [
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_uca1400_ai_ci',
  '--default-time-zone=+00:00',
  '--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  '--transaction-isolation=READ-COMMITTED',
  '--skip-name-resolve',
  '--max-connections=300',
];

/** Starts a private MariaDB on 127.0.0.1, and first makes its data folder where there is none or only half of one. */
export async function startMariaDb(options: MariaDbOptions): Promise<MariaDb> {
  const { folder } = options;
  mkdirSync(temporaryFolderOf(folder), { recursive: true, mode: 0o700 });
  await stopLeftover(folder);
  if (!options.isPrepared) await initialise(folder);
  const password = secretIn(join(folder, 'password'));
  const initFile = join(folder, 'access.sql');
  writeFileSync(initFile, [...accessStatements(password), ...(options.statements ?? []), ''].join('\n'), {
    mode: 0o600,
  });
  return retryTakenPort(async () => {
    const port = options.port ?? (await freePort());
    const url = `mysql://kingbus:${password}@127.0.0.1:${port}/kingbus`;
    const server = await startInBackground({
      name: 'MariaDB',
      program: program('mariadbd'),
      arguments: [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        `--tmpdir=${temporaryFolderOf(folder)}`,
        ...(options.isPrepared ? [] : [`--init-file=${initFile}`]),
        `--pid-file=${join(folder, 'mariadbd.pid')}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        // None: it would need a short path, and root, who could log in through it only, has nothing to do here.
        '--socket=',
        ...asRootUser(),
        `--innodb-buffer-pool-size=${options.bufferPool ?? 256}M`,
        ...settings,
        ...durability(options.durable ?? true),
        ...(options.settings ?? []),
      ],
      folder,
      answers: async () => (await answers(url)) && ((await options.isReady?.()) ?? true),
      // A crashed server replays its log first.
      startWithin: 120_000,
      stopWithin: 30_000,
    });
    return Object.assign(server, { port, url });
  });
}

const durability = (durable: boolean): string[] =>
  durable
    ? ['--innodb-flush-log-at-trx-commit=1']
    : ['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0', '--skip-innodb-doublewrite'];

/** Makes the data folder. The mark is written last: data without it is what a broken-off attempt left, and is redone. */
async function initialise(folder: string): Promise<void> {
  const mark = join(folder, 'initialised');
  if (existsSync(mark)) return;
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  const { all, failed } = await execa(
    program('mariadb-install-db'),
    [
      '--no-defaults',
      // Relative, because the script does not quote this path where it changes the owner.
      '--datadir=./data',
      '--auth-root-authentication-method=socket',
      '--skip-test-db',
      '--skip-name-resolve',
      '--innodb-log-file-size=48M',
      ...asRootUser(),
    ],
    { all: true, reject: false, stdin: 'ignore', cwd: folder, env: { TMPDIR: temporaryFolderOf(folder) } },
  );
  // What went wrong stands first, long general advice after it.
  if (failed)
    throw problemWithOutput(
      `MariaDB could not make its data folder ${data}.`,
      all.split('\nThe problem could be')[0] ?? all,
    );
  writeFileSync(mark, '');
}

/** A server that starts deletes every temporary table in its folder for them: sharing /tmp would break its neighbours. */
function temporaryFolderOf(folder: string): string {
  return join(folder, 'tmp');
}

/** Run at every start by the server itself, before it listens, so that rights and password are always these. */
function accessStatements(password: string): string[] {
  const user = `'kingbus'@'127.0.0.1'`;
  return [
    'CREATE DATABASE IF NOT EXISTS `kingbus`;',
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${password}';`,
    `ALTER USER ${user} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON \`kingbus%\`.* TO ${user};`,
  ];
}

/** mariadbd refuses to run as root unless it is told to. */
function asRootUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

async function answers(url: string): Promise<boolean> {
  const connection = await createConnection({ uri: url, connectTimeout: 2000 });
  await connection.ping();
  await connection.end();
  return true;
}
