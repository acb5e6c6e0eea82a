import { base64url, createLocalJWKSet, importJWK } from 'jose';
import type { JWK, JWTVerifyGetKey } from 'jose';
import { accessTokenSeconds } from '../../functions/identity/access-token.ts';
import type { Clock, Keys } from '../../functions/ports.ts';
import { systemClock } from './system-clock.ts';

/**
 * A signing key of access tokens: an Ed25519 private JWK with a `kid` (RFC 8037). `nbf` says from when it signs, in seconds since
 * 1970; it verifies as soon as it is there. Without one it signs unless another does.
 */
export type PrivateKey = JWK & { nbf?: number };

/** For how long a key verifies after the next one has begun to sign: as long as its last token, and clocks that differ by minutes. */
export const overlapMs = (accessTokenSeconds + 300) * 1000;

/** Where a key stands in its life. One that is `waiting` verifies, and signs later; one that is `verifying` has signed. */
export type KeyState = 'waiting' | 'signing' | 'verifying' | 'ended';

export interface KeyLife<Key extends PrivateKey> {
  jwk: Key;
  state: KeyState;
  /** From when it signs, in milliseconds since 1970; 0 where it does not say so. */
  signsFrom: number;
  /** When it verifies no longer, once it is known which key follows it, and when. */
  endsAt: number | undefined;
}

/**
 * Where each key stands at a time, in the order in which they sign. All of it follows from their `nbf`, so whoever has the same keys
 * says the same, and no step has to be made at the right moment: a new key verifies everywhere before it signs anywhere, and an
 * old one verifies until its last token has ended.
 *
 * @param keys those without `nbf` in their order: the last of them signs, and each verifies until it is taken away
 */
export function keyLives<Key extends PrivateKey>(keys: readonly Key[], now: number): KeyLife<Key>[] {
  const inOrder = keys.toSorted((left, right) => (left.nbf ?? 0) - (right.nbf ?? 0));
  const begun = inOrder.findLastIndex(({ nbf = 0 }) => nbf * 1000 <= now);
  // Where all are for later, as on a clock that is slow, the first of them signs all the same.
  const signing = Math.max(begun, 0);
  return inOrder.map((jwk, index) => {
    const next = inOrder[index + 1]?.nbf;
    const endsAt = next === undefined ? undefined : next * 1000 + overlapMs;
    return { jwk, state: stateOf(index - signing, endsAt, now), signsFrom: (jwk.nbf ?? 0) * 1000, endsAt };
  });
}

function stateOf(distance: number, endsAt: number | undefined, now: number): KeyState {
  if (distance === 0) return 'signing';
  if (distance > 0) return 'waiting';
  return endsAt !== undefined && endsAt <= now ? 'ended' : 'verifying';
}

/** Keys that can be replaced by others while they are in use. */
export interface LiveKeys extends Keys {
  /** From now on it is these. Where one of them is no key, nothing changes. */
  replace(privateKeys: readonly PrivateKey[]): Promise<void>;
}

/** The keys of access tokens: which of them signs, and which verify, is a matter of time (keyLives). */
export async function createKeys(privateKeys: readonly PrivateKey[], clock: Clock = systemClock): Promise<LiveKeys> {
  let current = await openKeySet(privateKeys, clock);
  return {
    signing: () => current.signing(),
    get verifying() {
      return current.verifying;
    },
    get jwks() {
      return current.jwks();
    },
    codes: () => current.codes(),
    async replace(privateKeys) {
      current = await openKeySet(privateKeys, clock);
    },
  };
}

interface KeySet {
  signing: Keys['signing'];
  verifying: JWTVerifyGetKey;
  jwks: () => Keys['jwks'];
  codes: Keys['codes'];
}

async function openKeySet(privateKeys: readonly PrivateKey[], { now }: Clock): Promise<KeySet> {
  if (privateKeys.length === 0) throw new Error('there is no signing key');
  const imported = new Map<PrivateKey, CryptoKey>();
  const derived = new Map<PrivateKey, CryptoKey>();
  for (const jwk of privateKeys) {
    imported.set(jwk, await importPrivateKey(jwk));
    derived.set(jwk, await deriveCodeKey(jwk));
  }
  const publicKeys = () =>
    keyLives(privateKeys, now())
      .filter(({ state }) => state !== 'ended')
      .map(({ jwk: { kty, crv, x, kid } }) => ({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }));
  let verifying: { kids: string; find: JWTVerifyGetKey } | undefined;
  return {
    signing() {
      const { jwk } = keyLives(privateKeys, now()).find(({ state }) => state === 'signing') as KeyLife<PrivateKey>;
      return { kid: jwk.kid as string, key: imported.get(jwk) as CryptoKey };
    },
    verifying(header, token) {
      const keys = publicKeys();
      const kids = keys.map(({ kid }) => kid).join();
      if (verifying?.kids !== kids) verifying = { kids, find: createLocalJWKSet({ keys: keys as JWK[] }) };
      return verifying.find(header, token);
    },
    jwks: () => ({ keys: publicKeys() }),
    codes() {
      const lives = keyLives(privateKeys, now()).filter(({ state }) => state !== 'ended');
      // The one that signs first; the others too, as clocks differ by minutes.
      const inUse = [
        ...lives.filter(({ state }) => state === 'signing'),
        ...lives.filter(({ state }) => state !== 'signing'),
      ];
      return inUse.map(({ jwk }) => derived.get(jwk) as CryptoKey);
    },
  };
}

/** A key of its own for codes (HKDF, RFC 5869): what is made with it tells nothing of the one that it comes from. */
async function deriveCodeKey({ d }: PrivateKey): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey(
    'raw',
    base64url.decode(d as string) as Uint8Array<ArrayBuffer>,
    'HKDF',
    false,
    ['deriveKey'],
  );
  const info = new TextEncoder().encode('kingbus codes');
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  return crypto.subtle.deriveKey(derivation, secret, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, [
    'sign',
    'verify',
  ]);
}

/** @throws Error which says nothing of the key */
export async function importPrivateKey(jwk: PrivateKey): Promise<CryptoKey> {
  const { kty, crv, kid, d, nbf } = jwk;
  const isKey = kty === 'OKP' && crv === 'Ed25519' && kid && d && (nbf === undefined || Number.isFinite(nbf));
  const key = isKey ? await importJWK(jwk, 'EdDSA').catch(() => undefined) : undefined;
  if (!(key instanceof CryptoKey)) throw new Error('a key is not an Ed25519 private JWK with a kid');
  return key;
}
