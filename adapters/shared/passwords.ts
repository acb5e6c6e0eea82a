import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../functions/ports.ts';

/** scrypt as OWASP's Password Storage Cheat Sheet lists it: N = 2^14, r = 8, p = 5, which needs 16 MiB. */
const owaspCost = { ln: 14, r: 8, p: 5 };
const keyBytes = 32;

const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const derivePbkdf2 = promisify(pbkdf2);

/**
 * Hashes with scrypt into PHC strings (`$scrypt$ln=14,r=8,p=5$salt$hash`). Hashes of Django (`pbkdf2_sha256$...`) verify
 * too, and ask for an upgrade. node:crypto runs the same in Node and in workerd.
 */
export function createPasswords(cost = owaspCost): Passwords {
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await stretch(password, salt, cost);
      return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
    },
    async verify(password, hash) {
      if (hash === undefined) {
        await stretch(password, randomBytes(16), cost);
        return { valid: false, upgrade: false };
      }
      const django = /^pbkdf2_sha256\$(\d{1,7})\$([^$]+)\$([^$]+)$/u.exec(hash);
      if (django) {
        const [, iterations, salt, key] = django as unknown as [string, string, string, string];
        const found = await derivePbkdf2(password, salt, Number(iterations), keyBytes, 'sha256');
        return { valid: same(found, Buffer.from(key, 'base64')), upgrade: true };
      }
      const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/u.exec(hash);
      if (!phc) return { valid: false, upgrade: false };
      const [, ln, r, p, salt, key] = phc as unknown as [string, string, string, string, string, string];
      const made = { ln: Number(ln), r: Number(r), p: Number(p) };
      const found = await stretch(password, Buffer.from(salt, 'base64'), made);
      const upgrade = made.ln !== cost.ln || made.r !== cost.r || made.p !== cost.p;
      return { valid: same(found, Buffer.from(key, 'base64')), upgrade };
    },
  };
}

const stretch = (password: string, salt: Buffer, { ln, r, p }: typeof owaspCost): Promise<Buffer> =>
  derive(password, salt, keyBytes, { N: 2 ** ln, r, p, maxmem: 256 * 1024 * 1024 });

const same = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);

/** PHC strings use base64 without padding. */
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/u, '');
