import { base64url } from 'jose';
import type { CodeId } from '../../schema/ids.ts';
import type { Ports } from '../ports.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function mac(key: CryptoKey, text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(text))));
}

/** The hashes of a target, one for each of our keys; the first is that of a new code. */
export const targetHashes = ({ keys }: Pick<Ports, 'keys'>, target: string): Promise<string[]> =>
  Promise.all(keys.codes().map((key) => mac(key, `target ${target}`)));

/** The hash of a code, which is of no other. */
export async function codeHash({ keys }: Pick<Ports, 'keys'>, id: CodeId, code: string): Promise<string> {
  const [key] = keys.codes();
  if (key === undefined) throw new Error('there is no key of codes');
  return mac(key, `code ${id} ${code}`);
}

/** Whether this is the code of a hash that one of our keys has made. In constant time. */
export async function isCode({ keys }: Pick<Ports, 'keys'>, id: CodeId, code: string, hash: string): Promise<boolean> {
  const checks = keys
    .codes()
    .map((key) =>
      crypto.subtle.verify('HMAC', key, base64url.decode(hash) as Uint8Array<ArrayBuffer>, bytes(`code ${id} ${code}`)),
    );
  return (await Promise.all(checks)).includes(true);
}

/** Six digits, each of the million as likely as any other. */
export function newCode(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  // The last numbers of 32 bits would make some codes more likely: drawn again.
  const codes = 1_000_000;
  return number < Math.floor(2 ** 32 / codes) * codes ? String(number % codes).padStart(6, '0') : newCode();
}
