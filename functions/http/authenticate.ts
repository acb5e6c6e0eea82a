import type { MiddlewareHandler } from 'hono';
import { verifyAccessToken } from '../identity/access-token.ts';
import { isOperator } from '../identity/principal.ts';
import type { Principal } from '../identity/principal.ts';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';

export type Access = 'public' | 'account' | 'customer' | 'operator' | 'admin';

/** Lets in who may call. RFC 6750: the token comes in `Authorization: Bearer`, never in the URL. */
export function authenticate(access: Access): MiddlewareHandler<Env> {
  if (access === 'public') return async (_c, next) => next();
  return async (c, next) => {
    const principal = await verifyAccessToken(c.env.ports, bearerToken(c.req.header('Authorization')));
    if (!admits(access, principal)) throw new Problem('forbidden');
    c.set('principal', principal);
    await next();
  };
}

/** The token of an `Authorization: Bearer` header, or Problem `unauthenticated`. */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer +([\w.~+/-]+=*)$/iu.exec(header ?? '')?.[1];
  if (token === undefined || token.length > 2048) throw new Problem('unauthenticated');
  return token;
}

function admits(access: Exclude<Access, 'public'>, principal: Principal): boolean {
  switch (access) {
    case 'account':
      return true;
    case 'operator':
      return isOperator(principal);
    case 'customer':
    case 'admin':
      return principal.role === access;
  }
}
