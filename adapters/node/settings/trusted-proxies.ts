import ipaddr from 'ipaddr.js';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Which peers are fronts of ours. */
export interface TrustedProxies {
  has(address: string): boolean;
}

/**
 * Reads a list of addresses and networks: `127.0.0.1`, `::1` or `[::1]`, `10.0.0.0/8`, `fd00::/8` (RFC 4632, RFC 4291). Undefined
 * where one is none of these, a network with bits beyond its prefix among them: who wrote it meant something else.
 */
export function parseTrustedProxies(list: readonly string[]): TrustedProxies | undefined {
  const networks = list.map((text) => parseNetwork(text.replace(/^\[(.+)\]$/u, '$1')));
  if (!networks.every((network) => network !== undefined)) return undefined;
  // An address of a front is nearly always written as it stands in the list.
  const exact = new Set(list);
  return { has: (address) => exact.has(address) || networks.some((network) => isIn(address, network)) };
}

/** Whether it lets any peer speak for any client. */
export const trustsEverybody = (list: readonly string[]): boolean => list.some((text) => text.endsWith('/0'));

function parseNetwork(text: string): Network | undefined {
  if (!text.includes('/')) {
    if (!isStrict(text)) return undefined;
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  if (!ipaddr.isValidCIDR(text) || !isStrict(text.split('/')[0] ?? '')) return undefined;
  const network = ipaddr.parseCIDR(text);
  const first = (network[0].kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text);
  return first.toString() === network[0].toString() ? network : undefined;
}

/** `10.1`, `0x7f000001` and the like are addresses to some readers, and others to others. */
const isStrict = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

function isIn(text: string, [network, prefix]: Network): boolean {
  if (!ipaddr.isValid(text)) return false;
  // `::ffff:10.0.0.1` is 10.0.0.1.
  const address = ipaddr.process(text);
  return address.kind() === network.kind() && address.match([network, prefix] as never);
}
