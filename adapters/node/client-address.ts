import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './settings/trusted-proxies.ts';

/**
 * The client's address. A trusted peer (our front) may name another in `X-Forwarded-For`: the last entry that is not a
 * trusted proxy itself; what stands before it anyone could have written.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: TrustedProxies): string {
  const peer = plain(request.socket.remoteAddress ?? '');
  if (!trustedProxies.has(peer)) return peer;
  const forwarded = request.headers['x-forwarded-for'];
  const chain = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? ''))
    .split(',')
    .map((each) => each.trim());
  return chain.findLast((each) => each !== '' && !trustedProxies.has(each)) ?? peer;
}

/** Whether a trusted peer passes the request on for somebody else. */
export const isForwarded = (request: IncomingMessage, trustedProxies: TrustedProxies): boolean =>
  request.headers['x-forwarded-for'] !== undefined && trustedProxies.has(plain(request.socket.remoteAddress ?? ''));

/** `::ffff:127.0.0.1` is how a dual-stack socket writes `127.0.0.1`. */
const plain = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
