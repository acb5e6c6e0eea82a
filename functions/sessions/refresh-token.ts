import { base64url } from 'jose';
import { sha256 } from '../sha256.ts';

/** How long a session lives without being used: 30 days. */
export const refreshTokenSeconds = 30 * 24 * 3600;

/** How long after its use a token still gives the same successor to whom its answer was lost, in milliseconds. */
export const lostAnswerMs = 30_000;

const randomBits = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/** A new opaque refresh token: 256 random bits. Only its hash is stored. */
export const newRefreshToken = randomBits;

/** What a token's successor is derived with: 256 random bits, which tell nothing without the token. */
export const newSuccessorSalt = randomBits;

/**
 * The token that follows one: HMAC-SHA-256 of the salt, keyed by the token. Who has the token and may be told again is told the same,
 * although nothing but hashes is stored.
 */
export async function successorOf(token: string, salt: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(token), algorithm, false, ['sign']);
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(salt))));
}

export const refreshTokenHash = sha256;
