import { availableParallelism } from 'node:os';
import { hashRaw } from '@node-rs/argon2';
import type { Passwords } from '../../functions/ports.ts';
import { createPasswords } from '../shared/passwords.ts';
import type { Argon2Cost, Argon2id } from '../shared/passwords.ts';
import { Turns } from '../shared/turns.ts';

/** By RustCrypto's, on the thread pool: a third of the time of Node's own, which is OpenSSL's (docs/performance.md). */
export const argon2id: Argon2id = (password, salt, { m, t, p }) =>
  hashRaw(password, { salt, memoryCost: m, timeCost: t, parallelism: p, outputLen: 32 });

/** libuv's threads, of which files and names need one as well. */
const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
const atOnce = Math.max(1, Math.min(availableParallelism(), threads - 1));

/** How many may wait for each that is made: some 0.2 s of them. Who waits longer hangs up, and has had others wait in vain. */
const waitingForEach = 16;

/** As many hashes at once as there are cores: more would only slow each other, and everything else. */
export const createNodePasswords = (cost?: Argon2Cost): Passwords =>
  createPasswords({ argon2id, cost, turns: new Turns({ atOnce, waiting: atOnce * waitingForEach }) });
