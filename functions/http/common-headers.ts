import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';
import { securityHeaderFields } from './security-headers.ts';

const security = Object.fromEntries(securityHeaderFields);

/** A caller's own id of a request, as we take it into our logs. */
const requestIdForm = /^[\w\-=]{1,64}$/u;

/**
 * What every answer says: the security headers, the id of its request (`X-Request-Id`: the caller's, or a new one), and that it varies
 * with the origin. They are gathered as a plain record, and answers of endpoints are made with it: `Headers` that are filled one by one,
 * sorted and read out again cost a tenth of a small read. Any other answer is given them afterwards.
 */
export const commonHeaders: MiddlewareHandler<Env> = async (c, next) => {
  const own = c.req.header('X-Request-Id');
  const requestId = own !== undefined && requestIdForm.test(own) ? own : crypto.randomUUID();
  c.set('requestId', requestId);
  const common: Record<string, string> = { ...security, 'X-Request-Id': requestId, Vary: 'Origin' };
  c.set('commonHeaders', common);
  await next();
  if (c.get('hasCommonHeaders')) return;
  const { headers } = c.res;
  for (const [name, value] of Object.entries(common)) if (!headers.has(name)) headers.set(name, value);
};
