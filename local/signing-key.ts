import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

/**
 * Sees that a folder holds a signing key: an Ed25519 private JWK in a file named by the UTC time of its making, so that
 * the newest sorts last. A folder that has one is left as it is.
 */
export async function ensureSigningKey(folder: string): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.jwk'))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const name = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}.jwk`;
  // Under another name first: a process that reads the folder never meets half a key.
  const unfinished = join(folder, `${name}.new`);
  writeFileSync(unfinished, `${JSON.stringify({ ...jwk, kid, alg: 'EdDSA', use: 'sig' })}\n`, { mode: 0o600 });
  renameSync(unfinished, join(folder, name));
}
