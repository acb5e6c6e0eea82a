import { existsSync, readdirSync } from 'node:fs';
import { makeKey } from '../adapters/node/make-key.ts';

/** Sees that a folder holds a signing key, which signs at once. A folder that has one is left as it is. */
export async function ensureSigningKey(folder: string): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.jwk'))) return;
  await makeKey(folder, { signsFrom: Date.now() });
}
