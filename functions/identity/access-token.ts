import { errors } from 'jose';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal, Role } from './principal.ts';
import { signToken, verifyToken } from './signed-token.ts';
import type { TokenKind, TokenPorts } from './signed-token.ts';

/** How long an access token lives: 10 minutes. */
export const accessTokenSeconds = 600;

/**
 * A token in the one spelling that we write: base64url without padding, and without bits of the last character that are of no byte
 * of the signature (RFC 4648, section 3.5). Decoders take them all for the same; a memory of tokens would not.
 */
const canonical = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/u;

/** RFC 9068 in shape: its role and its session beside what every token of ours says. */
const kind: TokenKind = { type: 'at+jwt', audience: 'kingbus', seconds: accessTokenSeconds, claims: ['sid', 'role'] };

/** A signed access token. */
export const signAccessToken = (
  ports: TokenPorts,
  { accountId, role, sessionId }: Omit<Principal, 'expiresAt'>,
): Promise<string> => signToken(ports, kind, accountId, { role, sid: sessionId });

/**
 * Tokens already verified, until they end: checking a signature costs more than the rest of a small read. Bounded; the
 * oldest leave first. One set of keys has one memory, so that tests and isolates never share, and a key that is taken away
 * takes its tokens with it.
 */
const verified = new WeakMap<Ports['keys']['verifying'], Map<string, Principal>>();
const verifiedLimit = 10_000;

/** The principal of a token, or Problem `token_expired` / `unauthenticated`. */
export async function verifyAccessToken(ports: TokenPorts, token: string): Promise<Principal> {
  const { clock, keys } = ports;
  let memory = verified.get(keys.verifying);
  if (memory === undefined) verified.set(keys.verifying, (memory = new Map()));
  const known = memory.get(token);
  if (known !== undefined) {
    if (known.expiresAt > clock.now()) return known;
    memory.delete(token);
    throw new Problem('token_expired');
  }
  if (!canonical.test(token)) throw new Problem('unauthenticated');
  const principal = await verify(ports, token);
  if (memory.size >= verifiedLimit) memory.delete(memory.keys().next().value as string);
  memory.set(token, principal);
  return principal;
}

async function verify(ports: TokenPorts, token: string): Promise<Principal> {
  try {
    const payload = await verifyToken(ports, kind, token);
    return {
      accountId: payload.sub as AccountId,
      role: payload['role'] as Role,
      sessionId: payload['sid'] as SessionId,
      expiresAt: (payload.exp as number) * 1000,
    };
  } catch (error) {
    throw new Problem(error instanceof errors.JWTExpired ? 'token_expired' : 'unauthenticated');
  }
}
