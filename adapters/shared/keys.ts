import { createLocalJWKSet, importJWK } from 'jose';
import type { JWK } from 'jose';
import type { Keys } from '../../functions/ports.ts';

/** The keys of access tokens from private Ed25519 JWKs with a `kid` each: the last one signs, all of them verify. */
export async function createKeys(privateJwks: JWK[]): Promise<Keys> {
  const newest = privateJwks.at(-1);
  if (!newest) throw new Error('there is no signing key');
  for (const { kty, crv, kid, d } of privateJwks) {
    if (kty !== 'OKP' || crv !== 'Ed25519' || !kid || !d)
      throw new Error('a key is not an Ed25519 private JWK with a kid');
  }
  const key = (await importJWK(newest, 'EdDSA')) as CryptoKey;
  const jwks = {
    keys: privateJwks.map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' })),
  };
  return {
    signing: () => ({ kid: newest.kid as string, key }),
    verifying: createLocalJWKSet(jwks as { keys: JWK[] }),
    jwks,
  };
}
