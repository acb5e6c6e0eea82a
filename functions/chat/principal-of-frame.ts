import { Problem } from '../http/problems.ts';
import { principalOf } from '../identity/principal-of.ts';
import { mayUse } from '../identity/principal.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';

/** Whose a token, or a key, is that comes in a frame. Problems: those of `principalOf`, `scope_missing`. */
export async function principalOfFrame(
  ports: Pick<Ports, 'clock' | 'db' | 'keys' | 'log' | 'settings'>,
  token: string,
): Promise<Principal> {
  const principal = await principalOf(ports, token, undefined);
  if (!mayUse(principal, 'rooms:read')) throw new Problem('scope_missing', { scope: 'rooms:read' });
  return principal;
}
