import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK } from 'jose';
import type { JWK } from 'jose';
import type { Keys } from '../../functions/ports.ts';
import { createKeys } from '../shared/keys.ts';
import { readPrivateFile } from './settings/private-file.ts';
import { reasonOf, StartFault } from './start-fault.ts';

/** The keys of a directory, one private JWK a file (`*.jwk`), in the order of their names: the last one signs. */
export async function readKeys(directory: string, options: { strict: boolean } = { strict: false }): Promise<Keys> {
  const names = listKeyFiles(directory, options);
  if (names.length === 0)
    throw new StartFault([`KINGBUS_KEYS: no signing key (*.jwk) in ${directory}: kingbus keys make`]);
  return createKeys(await Promise.all(names.map((name) => readKey(join(directory, name), options))));
}

function listKeyFiles(directory: string, { strict }: { strict: boolean }): string[] {
  try {
    const { mode } = statSync(directory);
    if (strict && (mode & 0o022) !== 0) {
      throw new StartFault([`KINGBUS_KEYS: ${directory}: others than its owner could put a key there: chmod 0700`]);
    }
    return readdirSync(directory)
      .filter((name) => name.endsWith('.jwk'))
      .toSorted();
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new StartFault([`KINGBUS_KEYS: ${directory}: ${reason}`]);
  }
}

async function readKey(path: string, options: { strict: boolean }): Promise<JWK> {
  const text = readPrivateFile(path, options);
  const jwk = parse(path, text);
  const { kty, crv, kid, d } = jwk;
  const isKey = kty === 'OKP' && crv === 'Ed25519' && Boolean(kid && d);
  const imported = isKey && (await importJWK(jwk, 'EdDSA').catch(() => undefined));
  if (!imported) throw new StartFault([`${path}: is no Ed25519 private key (a JWK with a kid)`]);
  return jwk;
}

function parse(path: string, text: string): JWK {
  try {
    return JSON.parse(text) as JWK;
  } catch {
    // The parser's own error quotes what it could not read, and that is a private key.
    throw new StartFault([`${path}: is no JSON`]);
  }
}
