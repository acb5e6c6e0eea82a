import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT, base64url, generateKeyPair, importJWK } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { inject } from 'vitest';
import type { Person } from './people.ts';

/** The claims of a good access token of this account. */
export function claimsOf({ account }: Pick<Person, 'account'>): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: inject('issuer'),
    aud: 'kingbus',
    sub: account.id,
    sid: '0190f5fe-7c00-7a00-8000-000000000000',
    role: account.role,
    iat: now,
    exp: now + 600,
  };
}

/** Signs any claims with the product's own key; `header` overrides what a good token says of itself. */
export async function signToken(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  const jwk = productKey();
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: jwk.kid as string, ...header })
    .sign(await importJWK(jwk, 'EdDSA'));
}

export const expiredToken = (person: Pick<Person, 'account'>): Promise<string> =>
  signToken({ ...claimsOf(person), iat: 1_700_000_000, exp: 1_700_000_600 });

/** Good in everything, but signed by a key that is not ours under the id of ours. */
export async function foreignToken(person: Pick<Person, 'account'>): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return new SignJWT(claimsOf(person))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: productKey().kid as string })
    .sign(privateKey);
}

/** RFC 8725, section 2.1: the oldest trick. */
export function unsignedToken(person: Pick<Person, 'account'>): string {
  const part = (value: unknown) => base64url.encode(JSON.stringify(value));
  return `${part({ alg: 'none', typ: 'at+jwt', kid: productKey().kid })}.${part(claimsOf(person))}.`;
}

export function productKey(): JWK {
  const directory = inject('keysDirectory');
  const name =
    readdirSync(directory)
      .filter((each) => each.endsWith('.jwk'))
      .toSorted()
      .at(-1) ?? '';
  return JSON.parse(readFileSync(join(directory, name), 'utf8')) as JWK;
}
