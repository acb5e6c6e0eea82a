import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Env } from '../http/env.ts';
import { signToken, verifyToken } from './signed-token.ts';
import type { TokenKind, TokenPorts } from './signed-token.ts';

const name = '__Host-kingbus_device';
const attributes = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;
/** As long as browsers keep a cookie. */
const seconds = 400 * 24 * 3600;
const kind: TokenKind = { type: 'kingbus-device+jwt', audience: 'kingbus-device', seconds, claims: ['jti'] };

/**
 * Leaves word in a browser that somebody has logged in there to this account. It opens nothing: wrong passwords from there are
 * counted apart from everyone else's (OWASP, "Device Cookies"). Signed by the key of access tokens; after that key has been
 * rotated out the device is a stranger's until the next log-in.
 */
export async function setDeviceCookie(c: Context<Env>, accountId: string): Promise<void> {
  const token = await signToken(c.env.ports, kind, accountId, { jti: crypto.randomUUID() });
  c.set('setsCookie', true);
  setCookie(c, name, token, { ...attributes, maxAge: seconds });
}

/** The id of the device that the request comes from, where this account was logged in to. */
export async function deviceOf(c: Context<Env>, accountId: string): Promise<string | undefined> {
  const token = getCookie(c, name);
  return token === undefined || token.length > 2048 ? undefined : verify(c.env.ports, token, accountId);
}

async function verify(ports: TokenPorts, token: string, accountId: string): Promise<string | undefined> {
  try {
    const { jti } = await verifyToken(ports, kind, token, accountId);
    return jti;
  } catch {
    return undefined;
  }
}
