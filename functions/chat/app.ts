import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import { requestId } from 'hono/request-id';
import { mountHealth } from '../health/health.ts';
import type { Env } from '../http/env.ts';
import { measure } from '../http/measure.ts';
import { onError, onNotFound } from '../http/on-error.ts';
import { Problem } from '../http/problems.ts';
import { admitUpgrade } from './upgrade.ts';

/**
 * The live half as an application: `/ws`, and health. `accept` is the runtime's own: it turns an admitted request into an
 * open socket with a Session on it. While `isFull` says so, upgrades get 503.
 */
export function createChatApp(accept: MiddlewareHandler<Env>, isFull: () => boolean): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(onError);
  app.notFound(onNotFound);
  app.use(requestId({ limitLength: 64 }));
  app.use(measure);
  app.get(
    '/ws',
    async (c, next) => {
      if (isFull()) throw new Problem('unavailable', { headers: { 'Retry-After': '5' } });
      c.set('admitted', await admitUpgrade(c));
      await next();
    },
    accept,
  );
  mountHealth(app);
  return app;
}
