/**
 * What of an address counts as one caller: all of IPv4, and the first 64 bits of IPv6, as whoever has one address there has
 * all that share them (RFC 6177). An IPv4-mapped address (RFC 4291, section 2.5.5.2) is the IPv4 one. What is no address
 * stays as it is.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || !URL.canParse(`http://[${address}]`)) return address;
  // The URL parser writes every form of an address alike: in hexadecimal, its longest run of zeros as `::`.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/u.exec(text);
  if (mapped) return mapped.slice(1).map(dotted).join('.');
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  return `${[...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail].slice(0, 4).join(':')}::/64`;
}

/** 16 bits in hexadecimal as two of the numbers that an IPv4 address has. */
function dotted(group: string): string {
  const bits = Number.parseInt(group, 16);
  return `${bits >> 8}.${bits & 0xff}`;
}
