import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Env } from './env.ts';

const policy: MiddlewareHandler<Env> = cors({
  origin: (origin, c) => (c.env.ports.settings.allowedOrigins.has(origin) ? origin : null),
  credentials: true,
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Request-Id'],
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposeHeaders: ['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'Server-Timing', 'X-Request-Id'],
  maxAge: 600,
});

/** CORS (Fetch, section 3.2) for the origins that are allowed. Who sends no `Origin` is no page, and needs none of it. */
export const crossOrigin: MiddlewareHandler<Env> = (c, next) =>
  c.req.header('Origin') === undefined ? next() : policy(c, next);
