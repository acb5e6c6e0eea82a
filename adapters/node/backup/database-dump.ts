import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { DatabaseAccount } from '../config.ts';
import { StartFault } from '../start-fault.ts';
import { withClientProgram } from './client-program.ts';

/**
 * All rows as they were at one moment, whatever is written meanwhile, without holding anybody up; a user who may only read is enough.
 * Of the schema everything is in it that a restore needs.
 */
const words = [
  '--single-transaction',
  '--quick',
  '--skip-lock-tables',
  // Nor does whoever restores it lock any: a right that nobody of ours has.
  '--skip-add-locks',
  '--no-tablespaces',
  '--hex-blob',
  '--skip-dump-date',
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1G',
];

/** What the last line of a dump says that is whole. */
const last = '-- Dump completed';

/** Writes a database into a file, gzipped. A dump that breaks off is none. */
export async function dumpDatabase(account: DatabaseAccount, path: string): Promise<void> {
  await withClientProgram('mariadb-dump', words, account, async ({ input, output, ended }) => {
    input.end();
    let tail = '';
    const watched = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        tail = (tail + chunk.toString('latin1')).slice(-last.length - 10);
        done(null, chunk);
      },
    });
    const written = pipeline(
      output,
      watched,
      createGzip(),
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await Promise.all([ended, written]);
    if (!tail.includes(last)) throw new StartFault(['mariadb-dump: the dump breaks off']);
  });
}

/** Puts a dump into a database. */
export async function loadDump(account: DatabaseAccount, path: string): Promise<void> {
  const words = ['--default-character-set=utf8mb4', '--max-allowed-packet=1G', '--batch'];
  await withClientProgram('mariadb', words, account, async ({ input, output, ended }) => {
    output.resume();
    // Where the program ends early, its own words say why.
    const read = pipeline(createReadStream(path), createGunzip(), input).catch((error: unknown) => error);
    await ended;
    const failure = await read;
    if (failure !== undefined) throw new StartFault([`${path}: cannot be unpacked`]);
  });
}
