import { findKey, isKeyLive, markKeyUsed } from '../../db/api-keys.ts';
import { isSessionLive } from '../../db/sessions.ts';
import type { SessionId } from '../../schema/ids.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { sha256 } from '../sha256.ts';
import { verifyAccessToken } from './access-token.ts';
import { isApiKey, isWellMade } from './api-key.ts';
import { keyIdOf } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Scope } from './scopes.ts';

type BearerPorts = Pick<Ports, 'clock' | 'db' | 'keys' | 'log' | 'settings'>;

/** How often it is written down that a key is used, in milliseconds. */
const markMs = 60_000;

/**
 * Whose a bearer token is: an access token, which says so itself, or a key, which is looked up each time, so that one that was revoked
 * opens nothing from its commit on, in any process. Problems: `unauthenticated`, `token_expired`, and of a key `account_suspended`.
 *
 * @param address where it came from; a frame does not say
 */
export const principalOf = (ports: BearerPorts, token: string, address: string | undefined): Promise<Principal> =>
  isApiKey(token) ? principalOfKey(ports, token, address) : verifyAccessToken(ports, token);

async function principalOfKey(ports: BearerPorts, key: string, address: string | undefined): Promise<Principal> {
  const found = isWellMade(key) ? await findKey(ports.db, await sha256(key)) : undefined;
  // Nobody's role becomes an admin's; should it be so one day, no key of before goes with it.
  if (found === undefined || found.revokedAt !== null || found.state === 'closed' || found.role === 'admin') {
    throw new Problem('unauthenticated');
  }
  const now = ports.clock.now();
  const expiresAt = Date.parse(found.expiresAt ?? '');
  if (!(expiresAt > now)) throw new Problem('token_expired');
  if (found.state === 'suspended') throw new Problem('account_suspended');
  if (found.lastUsedAt === null || Date.parse(found.lastUsedAt) <= now - markMs) await mark(ports, found, now, address);
  return {
    accountId: found.accountId,
    role: found.role,
    sessionId: found.id as string as SessionId,
    expiresAt,
    scopes: found.scopes as Scope[],
  };
}

/** A statement of its own, before anything that the request does: what becomes of that changes nothing of this. */
async function mark(
  { db, log }: BearerPorts,
  { id }: NonNullable<Awaited<ReturnType<typeof findKey>>>,
  now: number,
  address: string | undefined,
): Promise<void> {
  try {
    const before = toInstant(now - markMs);
    await markKeyUsed(db, id, before, {
      lastUsedAt: toInstant(now),
      ...(address !== undefined && { lastUsedFrom: address.slice(0, 45) }),
    });
  } catch (error) {
    log.debug({ err: error, key: id }, 'the use of a key could not be written down');
  }
}

/** Whether what somebody came with may hold a socket now: the session of a token, or the key itself. */
export function isPrincipalLive({ db }: Pick<Ports, 'db'>, principal: Pick<Principal, 'scopes' | 'sessionId'>) {
  const keyId = keyIdOf(principal);
  return keyId === undefined ? isSessionLive(db, principal.sessionId) : isKeyLive(db, keyId);
}
