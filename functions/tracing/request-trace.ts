import type { Context } from 'hono';
import type { Env } from '../http/env.ts';
import { Trace } from './trace.ts';
import type { Tracer } from './tracer.ts';

/** What fronts and monitors ask every second says nothing. */
const untraced = new Set(['/healthz', '/readyz']);

/**
 * Begins the span of a request, which goes on where its `traceparent` says (W3C Trace Context), and gives what ends it. Names and
 * attributes are those of OpenTelemetry's conventions for HTTP servers; its query is left out, since anything may be in one.
 */
export function traceRequest(c: Context<Env>, tracer: Tracer): ((route: string) => void) | undefined {
  const { method, path } = c.req;
  if (untraced.has(path)) return undefined;
  const trace = Trace.begin(tracer, method, {
    kind: 'server',
    parent: c.req.header('traceparent'),
    attributes: { 'http.request.method': method, 'url.path': path, 'kingbus.request_id': c.get('requestId') },
  });
  if (trace === undefined) return undefined;
  c.set('trace', trace);
  return (route) => {
    const { status } = c.res;
    trace.span.rename(`${method} ${route}`);
    trace.span.set({ 'http.route': route, 'http.response.status_code': status });
    trace.span.end(status >= 500 ? String(status) : undefined);
  };
}
