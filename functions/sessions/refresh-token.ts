import { base64url } from 'jose';
import { sha256 } from '../sha256.ts';

/** How long a session lives without being used: 30 days. */
export const refreshTokenSeconds = 30 * 24 * 3600;

/** A new opaque refresh token: 256 random bits. Only its hash is stored. */
export function newRefreshToken(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

export const refreshTokenHash = sha256;
