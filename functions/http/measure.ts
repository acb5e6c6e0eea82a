import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Env } from './env.ts';

/** Counts and times each request by the pattern of its route, never by its path, of which there is no end. */
export const measure: MiddlewareHandler<Env> = async (c, next) => {
  const startedAt = performance.now();
  await next();
  const labels = { method: c.req.method, route: routePath(c, -1), status: String(c.res.status) };
  c.env.ports.metrics.observe('http_request_seconds', labels, (performance.now() - startedAt) / 1000);
};
