import type { Principal } from '../../functions/identity/principal.ts';
import { isPrincipal } from './is-principal.ts';

/** What the Worker has found out about an upgrade request, for the inbox that takes the socket. */
export interface Upgrade {
  admitted: Principal;
  requestId: string;
  /** The client offered our subprotocol, so the answer names it. */
  offersSubprotocol: boolean;
}

const header = 'X-KingBus-Upgrade';

/** A request to an inbox. Only this Worker can reach one, so nobody else can say who was admitted. */
export const upgradeRequest = (upgrade: Upgrade): Request =>
  new Request('https://inbox/ws', {
    headers: { Upgrade: 'websocket', [header]: encodeURIComponent(JSON.stringify(upgrade)) },
  });

/** Undefined where it is none: a Worker of another version may have made the request. */
export function readUpgrade(request: Request): Upgrade | undefined {
  let upgrade: Partial<Record<keyof Upgrade, unknown>>;
  try {
    upgrade = Object(JSON.parse(decodeURIComponent(request.headers.get(header) ?? ''))) as typeof upgrade;
  } catch {
    return undefined;
  }
  const { admitted, requestId, offersSubprotocol } = upgrade;
  if (!isPrincipal(admitted) || typeof requestId !== 'string' || typeof offersSubprotocol !== 'boolean')
    return undefined;
  return { admitted, requestId, offersSubprotocol };
}
