import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Env } from '../http/env.ts';
import { Problem } from '../http/problems.ts';
import { refreshTokenSeconds } from './refresh-token.ts';

/** RFC 6265bis, section 4.1.3: `__Host-` binds the cookie to this host, over a secure connection, for every path. */
const name = '__Host-kingbus_refresh';
const attributes = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;

export function setRefreshCookie(c: Context<Env>, token: string): void {
  c.set('setsCookie', true);
  setCookie(c, name, token, { ...attributes, maxAge: refreshTokenSeconds });
}

export function clearRefreshCookie(c: Context<Env>): void {
  c.set('setsCookie', true);
  deleteCookie(c, name, attributes);
}

/**
 * The refresh token of the body or else of the cookie, and which it was. A cookie counts only with an `Origin` of ours:
 * the browser sends it by itself, so the page that asked has to be known.
 */
export function refreshTokenOf(c: Context<Env>, body: string | undefined): { token: string; from: 'body' | 'cookie' } {
  if (body !== undefined) return { token: body, from: 'body' };
  const token = getCookie(c, name);
  if (token === undefined) throw new Problem('session_ended');
  if (!c.env.ports.settings.allowedOrigins.has(c.req.header('Origin') ?? '')) throw new Problem('origin_not_allowed');
  return { token, from: 'cookie' };
}
