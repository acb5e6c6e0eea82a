import type { Context } from 'hono';
import type { Limit, Taken } from '../ports.ts';
import type { Env } from './env.ts';

/** Notes what is left of a limit, so that the answer says it. */
export type NoteLimit = (name: string, limit: Limit, taken: Taken) => void;

/**
 * The answer, whatever it is, says what is limited and what is left of it: `RateLimit-Policy` and `RateLimit`, as
 * draft-ietf-httpapi-ratelimit-headers-11 has them, lists of structured fields (RFC 9651) with an item for each limit. Only limits are
 * noted that count the caller alone, or the network: what is counted of a name would tell of others.
 */
export const noteLimitOf =
  (c: Context<Env>): NoteLimit =>
  (name, { attempts, seconds }, { remaining, resetSeconds }) => {
    add(c, 'RateLimit-Policy', `"${name}";q=${attempts};w=${seconds}`);
    add(c, 'RateLimit', `"${name}";r=${remaining};t=${resetSeconds}`);
  };

function add(c: Context<Env>, header: string, item: string): void {
  const common = c.get('commonHeaders') as Record<string, string> | undefined;
  // The chat's answers have nothing in common: they are upgrades, or refusals.
  if (common === undefined) return c.header(header, item, { append: true });
  common[header] = common[header] === undefined ? item : `${common[header]}, ${item}`;
}
