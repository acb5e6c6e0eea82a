import { jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Ports } from '../ports.ts';

export type TokenPorts = Pick<Ports, 'clock' | 'keys' | 'settings'>;

/** One of our kinds of signed token: no other passes for it (RFC 8725, sections 3.8, 3.9 and 3.11). */
export interface TokenKind {
  /** Its `typ`. */
  type: string;
  audience: string;
  /** How long it holds, in seconds. */
  seconds: number;
  /** The claims without which it is none. */
  claims: readonly string[];
}

/** A signed JWT (EdDSA, `kid`, `typ`, issuer, audience, subject, times in seconds) with these claims of its own. */
export async function signToken(
  { clock, keys, settings }: TokenPorts,
  { type, audience, seconds }: TokenKind,
  subject: string,
  claims: JWTPayload,
): Promise<string> {
  const { kid, key } = keys.signing();
  const issuedAt = Math.floor(clock.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: type, kid })
    .setIssuer(settings.publicOrigin)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(key);
}

/** What a token of this kind says, of this subject where one is named. Throws the errors of jose. */
export async function verifyToken(
  { clock, keys, settings }: TokenPorts,
  { type, audience, claims }: TokenKind,
  token: string,
  subject?: string,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keys.verifying, {
    algorithms: ['EdDSA'],
    typ: type,
    issuer: settings.publicOrigin,
    audience,
    ...(subject !== undefined && { subject }),
    requiredClaims: [...claims, 'sub', 'exp'],
    currentDate: new Date(clock.now()),
  });
  return payload;
}
