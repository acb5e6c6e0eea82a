/** What a server says of one of its limits: so many requests in so many seconds, and what is left of them. */
export interface RateLimit {
  /** `key`, or what is counted by the network of the address, such as `refresh`. */
  name: string;
  quota: number | undefined;
  windowSeconds: number | undefined;
  remaining: number;
  /** Until it begins anew. */
  resetSeconds: number | undefined;
}

/** The limits that an answer names in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers); none where nothing is limited. */
export function rateLimitsOf(headers: Headers): RateLimit[] {
  const policies = new Map(itemsOf(headers.get('RateLimit-Policy')));
  return itemsOf(headers.get('RateLimit')).flatMap(([name, { r, t }]) => {
    const { q, w } = policies.get(name) ?? {};
    return r === undefined ? [] : { name, quota: q, windowSeconds: w, remaining: r, resetSeconds: t };
  });
}

/** The items of a list of structured fields whose parameters are numbers; what else there may be is none of ours. */
function itemsOf(header: string | null): [name: string, parameters: Record<string, number>][] {
  const items = (header ?? '').matchAll(/"((?:[^"\\]|\\.)*)"((?:\s*;[^;,"]*(?:"[^"]*")?)*)/gu);
  return Array.from(items, ([, name = '', parameters = '']) => [
    name,
    Object.fromEntries(
      Array.from(parameters.matchAll(/;\s*([a-z]\w*)=(\d+)(?=\s*(?:;|$))/gu), ([, key, value]) => [key, Number(value)]),
    ),
  ]);
}
