import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DatabaseError } from '../../../db/engine/database-error.ts';
import { databaseUrlForm, parseDatabaseUrl } from '../../../db/engine/database-url.ts';
import type { DatabaseAddress } from '../../../db/engine/database-url.ts';
import { openSingle } from '../../../db/engine/open-single.ts';
import type { DatabaseAccount } from '../config.ts';
import { credentialsOf } from '../open-database.ts';
import { StartFault } from '../start-fault.ts';

/** A program of MariaDB that runs: its standard input and output, and its end. */
export interface ClientProgram {
  input: Writable;
  output: Readable;
  /** Resolves when it has ended well. */
  ended: Promise<void>;
}

/**
 * Runs `mariadb-dump` or `mariadb` on a database. It gets user and password by a file for this one run, which no other user can read:
 * arguments are seen by every user of the machine.
 *
 * @throws StartFault where the program is not there, or says what went wrong
 */
export async function withClientProgram<Result>(
  program: 'mariadb-dump' | 'mariadb',
  words: readonly string[],
  account: DatabaseAccount,
  work: (running: ClientProgram) => Promise<Result>,
): Promise<Result> {
  const address = parseDatabaseUrl(account.url);
  if (address === undefined) throw new StartFault([databaseUrlForm]);
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-client-'));
  try {
    const file = join(folder, 'options.cnf');
    writeFileSync(file, optionsOf(address, await findLogin(account, address)), { mode: 0o600 });
    const child = spawn(program, [`--defaults-extra-file=${file}`, ...words, address.database], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const said = text(child.stderr);
    const ended = endOf(child, async (code) => `${program}: ${complaintIn(await said) || `ended with ${code}`}`);
    const missing = once(child, 'error').then(([error]): never => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new StartFault([`${program} cannot be run (${code}): apt-get install mariadb-client`]);
    });
    ended.catch(() => {});
    missing.catch(() => {});
    // What it was told in vain is no news: how it ended says more.
    child.stdin.on('error', () => {});
    const running = { input: child.stdin, output: child.stdout, ended: Promise.race([missing, ended]) };
    try {
      return await work(running);
    } finally {
      if (child.exitCode === null) child.kill();
      await Promise.allSettled([ended]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when a program has ended well; else rejects with why. */
async function endOf(child: ChildProcess, why: (code: string) => Promise<string>): Promise<void> {
  // Not `once()`, which would fail with the bare error of a program that is not there.
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (code !== 0) throw new StartFault([await why(String(code))]);
}

/** A host that is well, and the password that it takes. */
interface Login {
  host: string;
  port: number;
  password: string;
}

/**
 * Where a program of MariaDB, which knows one host and one password, can log in.
 *
 * @throws what the last of them said
 */
async function findLogin({ url, otherPassword }: DatabaseAccount, address: DatabaseAddress): Promise<Login> {
  const passwords = [address.password, ...(otherPassword === undefined ? [] : [otherPassword])];
  const login = `mysql://${encodeURIComponent(address.user)}@`;
  const query = /\?.*$/u.exec(url)?.[0] ?? '';
  let failure: unknown;
  for (const { host, port } of address.hosts) {
    const ofHost = `${login}${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(address.database)}${query}`;
    for (const password of passwords) {
      try {
        const connection = await openSingle(ofHost, { ...credentialsOf({ url }), passwords: [password] });
        await connection.end();
        return { host, port, password };
      } catch (error) {
        failure = error;
      }
    }
  }
  throw new DatabaseError(failure);
}

/** What the programs of MariaDB want to know of a database, in the form of their option files. */
function optionsOf({ user, tls }: DatabaseAddress, { host, port, password }: Login): string {
  const values = {
    protocol: 'tcp',
    host,
    port: String(port),
    user,
    password,
    ...(tls !== undefined && { 'ssl-verify-server-cert': '1' }),
    ...(tls?.caFile !== undefined && { 'ssl-ca': tls.caFile }),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}="${escaped(value)}"`);
  return ['[client]', ...lines, ''].join('\n');
}

/** A value of an option file: a backslash begins an escape (MariaDB, "Configuring MariaDB with Option Files"). */
const escaped = (value: string): string =>
  value.replaceAll(/[\\"]/gu, String.raw`\$&`).replaceAll('\n', String.raw`\n`);

/**
 * What a program has said is wrong, without what it quotes: `mariadb` says it after it has repeated the statement, whose values are
 * nobody's to see; others say nothing else.
 */
function complaintIn(said: string): string {
  const lines = said.trim().split('\n');
  return (lines.find((line) => /^ERROR \d/u.test(line)) ?? lines[0] ?? '').replaceAll(/'[^']*'/gu, "'…'");
}
