import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DatabaseAccount } from '../config.ts';
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
  { url }: DatabaseAccount,
  work: (running: ClientProgram) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-client-'));
  try {
    const { database, options } = optionsOf(url);
    const file = join(folder, 'options.cnf');
    writeFileSync(file, options, { mode: 0o600 });
    const child = spawn(program, [`--defaults-extra-file=${file}`, ...words, database], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const said = text(child.stderr);
    const ended = endOf(child, async (code) => `${program}: ${firstLine(await said) || `ended with ${code}`}`);
    const missing = once(child, 'error').then(([error]): never => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new StartFault([`${program} cannot be run (${code}): apt-get install mariadb-client`]);
    });
    ended.catch(() => {});
    missing.catch(() => {});
    // What it was told in vain is no news: how it ended says more.
    child.stdin.on('error', () => {});
    const running = { input: child.stdin, output: child.stdout, ended: Promise.race([ended, missing]) };
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
  const [code] = await once(child, 'close');
  if (code !== 0) throw new StartFault([await why(String(code))]);
}

/** What the programs of MariaDB want to know of a database, in the form of their option files. */
function optionsOf(url: string): { database: string; options: string } {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const caFile = searchParams.get('sslCa');
  const values = {
    protocol: 'tcp',
    host: hostname.replaceAll(/[[\]]/gu, ''),
    port: port || '3306',
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(searchParams.get('ssl') === 'verify-identity' && { 'ssl-verify-server-cert': '1' }),
    ...(caFile !== null && { 'ssl-ca': caFile }),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}="${escaped(value)}"`);
  return { database: decodeURIComponent(pathname.slice(1)), options: ['[client]', ...lines, ''].join('\n') };
}

/** A value of an option file: a backslash begins an escape (MariaDB, "Configuring MariaDB with Option Files"). */
const escaped = (value: string): string =>
  value.replaceAll(/[\\"]/gu, String.raw`\$&`).replaceAll('\n', String.raw`\n`);

/** The first line that a program has said, without what it quotes. */
const firstLine = (said: string): string => (said.trim().split('\n')[0] ?? '').replaceAll(/'[^']*'/gu, "'…'");
