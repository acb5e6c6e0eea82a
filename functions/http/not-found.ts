import type { NotFoundHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { App } from './app-type.ts';
import type { Env } from './env.ts';
import { onNotFound, problemResponse } from './on-error.ts';
import { Problem } from './problems.ts';

/**
 * 404; or 405 with `Allow`, where the path is there for other methods (RFC 9110, section 15.5.6). Looked up here and not
 * in a middleware, so that a request that finds its route pays nothing for it.
 */
export function notFoundIn(app: App): NotFoundHandler<Env> {
  const lookUp = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      problemResponse(c, new Problem('method_not_allowed', { headers: { Allow: methods.join(', ') } })),
  });
  return async (c) => {
    c.res = onNotFound(c);
    await lookUp(c, async () => {});
    return c.res;
  };
}
