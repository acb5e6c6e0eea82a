import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { Keys } from '../../functions/ports.ts';
import { createKeys } from '../shared/keys.ts';

/** The keys of a directory, one private JWK a file (`*.jwk`), in the order of their names: the last one signs. */
export async function readKeys(directory: string): Promise<Keys> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jwk')).toSorted();
  if (names.length === 0) throw new Error(`no signing key (*.jwk) in ${directory}`);
  const jwks = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as JWK),
  );
  return createKeys(jwks);
}
