import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { traceRequest } from '../tracing/request-trace.ts';
import type { Env } from './env.ts';

/**
 * Counts and times each request by the pattern of its route, never by its path, of which there is no end; and traces it, where
 * tracing is on.
 */
export const measure: MiddlewareHandler<Env> = async (c, next) => {
  const { metrics, tracer } = c.env.ports;
  const startedAt = performance.now();
  const endTrace = tracer && traceRequest(c, tracer);
  await next();
  const labels = { method: c.req.method, route: routePath(c, -1), status: String(c.res.status) };
  endTrace?.(labels.route);
  metrics.observe('http_request_seconds', labels, (performance.now() - startedAt) / 1000);
};
