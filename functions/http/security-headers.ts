import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';

/**
 * What every answer says to browsers: never sniff, never frame, tell no one where you came from; an answer of the API is
 * data, so nothing in it may load or run. A page sets a wider policy for itself. HSTS is the front's to send.
 */
export const securityHeaderFields = [
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-site'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
] as const;

/**
 * Sets them before the handler runs, so that its answer is made with them, once: hono/secure-headers sets them afterwards,
 * for which a Node adapter has to build the whole answer a second time.
 */
export const securityHeaders: MiddlewareHandler<Env> = (c, next) => {
  for (const [name, value] of securityHeaderFields) c.header(name, value);
  return next();
};
