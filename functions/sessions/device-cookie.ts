import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { SignJWT, jwtVerify } from 'jose';
import type { Env } from '../http/env.ts';
import type { Ports } from '../ports.ts';

const name = '__Host-kingbus_device';
const attributes = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;
/** As long as browsers keep a cookie. */
const seconds = 400 * 24 * 3600;
const type = 'kingbus-device+jwt';
const audience = 'kingbus-device';

/**
 * Leaves word in a browser that somebody has logged in there with this username. It opens nothing: wrong passwords from there are
 * counted apart from everyone else's (OWASP, "Device Cookies"). Signed by the key of access tokens; after that key has been
 * rotated out the device is a stranger's until the next log-in.
 */
export async function setDeviceCookie(c: Context<Env>, username: string): Promise<void> {
  const { keys, settings, clock } = c.env.ports;
  const { kid, key } = keys.signing();
  const now = Math.floor(clock.now() / 1000);
  const token = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'EdDSA', typ: type, kid })
    .setIssuer(settings.publicOrigin)
    .setAudience(audience)
    .setSubject(username)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(key);
  setCookie(c, name, token, { ...attributes, maxAge: seconds });
}

/** The id of the device that the request comes from, where this username has logged in there. */
export async function deviceOf(c: Context<Env>, username: string): Promise<string | undefined> {
  const token = getCookie(c, name);
  return token === undefined || token.length > 2048 ? undefined : verify(c.env.ports, token, username);
}

async function verify(
  { keys, settings, clock }: Pick<Ports, 'keys' | 'settings' | 'clock'>,
  token: string,
  username: string,
): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys.verifying, {
      algorithms: ['EdDSA'],
      typ: type,
      issuer: settings.publicOrigin,
      audience,
      subject: username,
      requiredClaims: ['jti', 'exp'],
      currentDate: new Date(clock.now()),
    });
    return payload.jti;
  } catch {
    return undefined;
  }
}
