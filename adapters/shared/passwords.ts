import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../functions/ports.ts';
import type { Turns } from './turns.ts';

/** What a hash costs: memory in KiB, passes over it, lanes (RFC 9106, section 3.1). */
export interface Argon2Cost {
  m: number;
  t: number;
  p: number;
}

/** Argon2id of version 1.3 (RFC 9106), 32 bytes of it: each home has its own. */
export type Argon2id = (password: string, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>;

/**
 * Of the costs that OWASP's Password Storage Cheat Sheet names as equally strong, the one whose memory a core's caches still help with: on
 * the machine of docs/performance.md a quarter of the time of 19 MiB.
 */
export const owaspCost: Argon2Cost = { m: 12_288, t: 3, p: 1 };

const keyBytes = 32;
const deriveScrypt = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const derivePbkdf2 = promisify(pbkdf2);

interface PasswordsOptions {
  argon2id: Argon2id;
  cost?: Argon2Cost | undefined;
  /** Where it is not given, as many are made at once as are asked for. */
  turns?: Turns;
}

/**
 * Hashes with argon2id into PHC strings (`$argon2id$v=19$m=12288,t=3,p=1$salt$hash`). Our older ones of scrypt and those of Django
 * (`pbkdf2_sha256$...`) verify too, and ask for an upgrade.
 */
export function createPasswords({ argon2id, cost = owaspCost, turns }: PasswordsOptions): Passwords {
  const inTurn = <Result>(work: () => Promise<Result>, whileWanted: AbortSignal | undefined) =>
    turns ? turns.take(work, whileWanted) : work();
  const stretch = async (password: string, salt: Buffer, by: Argon2Cost) =>
    Buffer.from(await argon2id(password, salt, by));

  /** The key that a stored hash has, and how it is made of a password; undefined where it is no hash. */
  function readHash(hash: string) {
    const [, m, t, p, salt, key] =
      /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/u.exec(hash) ?? [];
    if (salt !== undefined && key !== undefined) {
      const made = { m: Number(m), t: Number(t), p: Number(p) };
      const upgrade = made.m !== cost.m || made.t !== cost.t || made.p !== cost.p;
      return { key, upgrade, derive: (password: string) => stretch(password, Buffer.from(salt, 'base64'), made) };
    }
    return readOlderHash(hash);
  }

  return {
    requireTurn: () => turns?.requireRoom(),
    async hash(password, whileWanted) {
      const salt = randomBytes(16);
      const key = await inTurn(() => stretch(password, salt, cost), whileWanted);
      return `$argon2id$v=19$m=${cost.m},t=${cost.t},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
    },
    async verify(password, hash, whileWanted) {
      if (hash === undefined) {
        await inTurn(() => stretch(password, randomBytes(16), cost), whileWanted);
        return { valid: false, upgrade: false };
      }
      const read = readHash(hash);
      if (read === undefined) return { valid: false, upgrade: false };
      const found = await inTurn(() => read.derive(password), whileWanted);
      return { valid: same(found, Buffer.from(read.key, 'base64')), upgrade: read.upgrade };
    },
  };
}

function readOlderHash(hash: string) {
  const [, iterations, salt, key] = /^pbkdf2_sha256\$(\d{1,7})\$([^$]+)\$([^$]+)$/u.exec(hash) ?? [];
  if (salt !== undefined && key !== undefined) {
    const derive = (password: string) => derivePbkdf2(password, salt, Number(iterations), keyBytes, 'sha256');
    return { key, upgrade: true, derive };
  }
  const [, ln, r, p, saltOfScrypt, keyOfScrypt] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/u.exec(hash) ?? [];
  if (saltOfScrypt === undefined || keyOfScrypt === undefined) return undefined;
  const options = { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: 256 * 1024 * 1024 };
  const derive = (password: string) => deriveScrypt(password, Buffer.from(saltOfScrypt, 'base64'), keyBytes, options);
  return { key: keyOfScrypt, upgrade: true, derive };
}

const same = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);

/** PHC strings use base64 without padding. */
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/u, '');
