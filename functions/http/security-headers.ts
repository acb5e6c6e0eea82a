import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Env } from './env.ts';

const fixed = secureHeaders({
  crossOriginResourcePolicy: 'same-site',
  crossOriginOpenerPolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

const policyOfData = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/**
 * What every answer says to browsers: never sniff, never frame, tell no one where you came from; an answer of the API is
 * data, so nothing in it may load or run. A page sets a wider policy for itself. HSTS is the front's to send.
 */
export const securityHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await fixed(c, next);
  if (!c.res.headers.has('Content-Security-Policy')) c.res.headers.set('Content-Security-Policy', policyOfData);
};
