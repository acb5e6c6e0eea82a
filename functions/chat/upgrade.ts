import type { Context } from 'hono';
import { bearerToken } from '../http/authenticate.ts';
import type { Env } from '../http/env.ts';
import { Problem } from '../http/problems.ts';
import { requireScope } from '../http/authenticate-key.ts';
import { principalOf } from '../identity/principal-of.ts';
import type { Principal } from '../identity/principal.ts';

/** The protocol that the server speaks, and names in its answer where the client offered it. */
export const subprotocol = 'kingbus.v1';
const tokenPrefix = 'bearer.';

/**
 * Decides on an upgrade request: who it is, by `Authorization: Bearer` or by a subprotocol entry `bearer.<token>` (a
 * browser can set no header), each an access token or a key that may read rooms; undefined where the first frame will say. The token's entry is never chosen as the protocol,
 * so never sent back. Problems: `upgrade_required`, `origin_not_allowed`, `malformed_request`, `unauthenticated`,
 * `token_expired`; of a key also `account_suspended`, `scope_missing`, `too_many_requests`.
 */
export async function admitUpgrade(c: Context<Env>): Promise<Principal | undefined> {
  const { ports } = c.env;
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
    throw new Problem('upgrade_required', { headers: { Upgrade: 'websocket', Connection: 'Upgrade' } });
  }
  // Only browsers send an Origin, and they cannot leave it out: a page of another site must not use a visitor's token.
  const origin = c.req.header('Origin');
  if (origin !== undefined && !ports.settings.allowedOrigins.has(origin)) throw new Problem('origin_not_allowed');

  const offered = (c.req.header('Sec-WebSocket-Protocol') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (offered.length > 0 && !offered.includes(subprotocol)) throw new Problem('malformed_request');

  const header = c.req.header('Authorization');
  const entry = offered.find((each) => each.startsWith(tokenPrefix));
  const token = header === undefined ? entry?.slice(tokenPrefix.length) : bearerToken(header);
  if (token === undefined) return undefined;
  const principal = await principalOf(ports, token, c.env.address);
  await requireScope(c, principal, { scope: 'rooms:read' });
  return principal;
}

/** Which of the offered subprotocols the answer names. */
export const chooseSubprotocol = (offered: ReadonlySet<string>): string | false =>
  offered.has(subprotocol) ? subprotocol : false;
