import { chownSync, fsyncSync, closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { PrivateKey } from '../shared/keys.ts';
import type { KeyFile } from './keys-directory.ts';

/**
 * Makes a signing key in a folder, which is made too where it is not there: an Ed25519 private JWK that signs from `signsFrom`
 * (milliseconds since 1970), in a file of mode 0600 named by the UTC time of its making. Where root makes it, it belongs to whom
 * the folder belongs to.
 */
export async function makeKey(folder: string, { signsFrom }: { signsFrom: number }): Promise<KeyFile> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const made = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(made);
  const jwk: PrivateKey = { ...made, kid, alg: 'EdDSA', use: 'sig', nbf: Math.floor(signsFrom / 1000) };
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const path = join(folder, `${time}-${kid.slice(0, 8)}.jwk`);
  // Under another name first: a process that reads the folder never meets half a key.
  const unfinished = `${path}.new`;
  writeDurably(unfinished, `${JSON.stringify(jwk)}\n`);
  const { uid, gid } = statSync(folder);
  if (process.geteuid?.() === 0) chownSync(unfinished, uid, gid);
  renameSync(unfinished, path);
  return { path, jwk };
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
