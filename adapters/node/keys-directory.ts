import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { Keys } from '../../functions/ports.ts';
import { createKeys } from '../shared/keys.ts';

/** The keys of a directory, one private JWK a file (`*.jwk`), in the order of their names: the last one signs. */
export async function readKeys(directory: string): Promise<Keys> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jwk')).toSorted();
  if (names.length === 0) throw new Error(`no signing key (*.jwk) in ${directory}`);
  return createKeys(await Promise.all(names.map((name) => readKey(join(directory, name)))));
}

async function readKey(path: string): Promise<JWK> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as JWK;
  } catch {
    // The parser's own error quotes what it could not read, and that is a private key.
    throw new Error(`${path} is no JSON`);
  }
}
