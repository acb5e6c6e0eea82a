import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Keys } from '../../functions/ports.ts';
import { createKeys, importPrivateKey } from '../shared/keys.ts';
import type { PrivateKey } from '../shared/keys.ts';
import { readPrivateFile } from './settings/private-file.ts';
import { reasonOf, StartFault } from './start-fault.ts';

/** A key with the file that it is in. */
export interface KeyFile {
  path: string;
  jwk: PrivateKey;
}

/** The keys of a directory as they are now (see openKeys for those of a process). */
export async function readKeys(directory: string, options: { strict: boolean } = { strict: false }): Promise<Keys> {
  const files = await readKeyFiles(directory, options);
  return createKeys(files.map(({ jwk }) => jwk));
}

/**
 * The keys of a directory, one private JWK a file (`*.jwk`), in the order of their names.
 *
 * @param options.strict refuses what others can read, or where others can put a key
 * @throws StartFault, where there is none too
 */
export async function readKeyFiles(directory: string, options: { strict: boolean }): Promise<KeyFile[]> {
  const paths = listKeyFiles(directory, options);
  if (paths.length === 0)
    throw new StartFault([`KINGBUS_KEYS: no signing key (*.jwk) in ${directory}: kingbus keys make`]);
  return Promise.all(paths.map(async (path) => ({ path, jwk: await readKey(path, options) })));
}

/** The paths of the keys in a directory. */
export function listKeyFiles(directory: string, { strict }: { strict: boolean }): string[] {
  try {
    if (strict && (statSync(directory).mode & 0o022) !== 0) {
      throw new StartFault([`KINGBUS_KEYS: ${directory}: others than its owner could put a key there: chmod 0700`]);
    }
    const names = readdirSync(directory).filter((name) => name.endsWith('.jwk'));
    return names.toSorted().map((name) => join(directory, name));
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new StartFault([`KINGBUS_KEYS: ${directory}: ${reason}`]);
  }
}

async function readKey(path: string, options: { strict: boolean }): Promise<PrivateKey> {
  const jwk = parse(path, readPrivateFile(path, options));
  try {
    await importPrivateKey(jwk);
    return jwk;
  } catch {
    throw new StartFault([`${path}: is no Ed25519 private key (a JWK with a kid)`]);
  }
}

function parse(path: string, text: string): PrivateKey {
  try {
    return JSON.parse(text) as PrivateKey;
  } catch {
    // The parser's own error quotes what it could not read, and that is a private key.
    throw new StartFault([`${path}: is no JSON`]);
  }
}
