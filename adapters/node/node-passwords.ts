import { argon2 } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { Passwords } from '../../functions/ports.ts';
import { createPasswords } from '../shared/passwords.ts';
import type { Argon2Cost, Argon2id } from '../shared/passwords.ts';
import { Turns } from '../shared/turns.ts';

const derive = promisify(argon2);

/** By Node's own, on its thread pool. */
export const argon2id: Argon2id = (message, nonce, { m, t, p }) =>
  derive('argon2id', { message, nonce, memory: m, passes: t, parallelism: p, tagLength: 32 });

/** libuv's threads, of which files and names need one as well. */
const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
const atOnce = Math.max(1, Math.min(availableParallelism(), threads - 1));

/** How many may wait for each that is made: some 0.4 s of them. Who waits longer hangs up, and has had others wait in vain. */
const waitingForEach = 16;

/** As many hashes at once as there are cores: more would only slow each other, and everything else. */
export const createNodePasswords = (cost?: Argon2Cost): Passwords =>
  createPasswords({ argon2id, cost, turns: new Turns({ atOnce, waiting: atOnce * waitingForEach }) });
