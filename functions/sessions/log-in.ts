import { z } from '@hono/zod-openapi';
import { findCredentials, lockCredentials, updatePasswordHash } from '../../db/credentials.ts';
import { listLogInAddresses } from '../../db/audit.ts';
import type { Sql } from '../../db/engine/client.ts';
import { insertSession } from '../../db/sessions.ts';
import { logInName } from '../accounts/fields.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { networkOf } from '../http/network-of.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Log, Ports } from '../ports.ts';
import { accessTokenSeconds, signAccessToken } from '../identity/access-token.ts';
import { verifyPassword } from '../identity/verify-password.ts';
import { settle } from '../identity/guesses.ts';
import { setDeviceCookie } from '../identity/device-cookie.ts';
import { deviceName } from './device-name.ts';
import { allowGuessOf } from '../identity/known-places.ts';
import { setRefreshCookie } from './refresh-cookie.ts';
import { newRefreshToken, refreshTokenHash, refreshTokenSeconds } from './refresh-token.ts';
import { refreshIn, sessionSchema } from './session-schema.ts';
import type { Session } from './session-schema.ts';
import type { Actor } from '../identity/actor.ts';
import { logSecurity, placeOf } from '../security/security-events.ts';
import { change } from '../changes/change.ts';

const credentials = z
  .strictObject({
    username: logInName,
    password: z.string().min(1).max(512),
    refreshIn,
  })
  .openapi('Credentials');

/** What a log-in is made of. */
interface LogIn {
  /** As `logInName` gives it. */
  username: string;
  password: string;
  /** What it comes from, in its own words. */
  device?: string | undefined;
  /** Somebody has logged in from there before, as a cookie says. */
  isKnownDevice?: boolean;
}

type Found = Awaited<ReturnType<typeof findCredentials>>;

/**
 * Opens a session, and writes to its owner where it comes from a device and a network that the account does not know. Problems:
 * `invalid_credentials`, `account_suspended`.
 *
 * @param whileWanted see `Passwords`
 * @param found the account of that name, where it was looked up already
 */
export async function logIn(
  ports: Ports,
  actor: Actor,
  input: LogIn,
  whileWanted?: AbortSignal,
  found?: Promise<Found>,
): Promise<Session & { refreshToken: string }> {
  const find = () => findCredentials(ports.db, input.username);
  // A password that was changed, or whose hash was made anew, while it was verified: it is verified once more.
  const session =
    (await openSession(ports, actor, input, await (found ?? find()), whileWanted)) ??
    (await openSession(ports, actor, input, await find(), whileWanted));
  if (session === undefined) throw new Problem('invalid_credentials');
  return session;
}

/** Undefined where the hash that was verified is not the account's any more. */
async function openSession(
  ports: Ports,
  actor: Actor,
  input: LogIn,
  found: Found,
  whileWanted: AbortSignal | undefined,
): Promise<(Session & { refreshToken: string }) | undefined> {
  const { valid, upgrade } = await verifyPassword(ports, input.password, found?.passwordHash, whileWanted);
  if (!found || !valid) {
    logFailure(ports.log, actor, { accountId: found?.id, reason: found ? 'wrong password' : 'unknown name' });
    throw new Problem('invalid_credentials');
  }
  const { passwordHash, ...account } = found;
  const betterHash = upgrade ? await ports.passwords.hash(input.password.normalize('NFC'), whileWanted) : undefined;

  const sessionId = ports.newId<SessionId>();
  const refreshToken = newRefreshToken();
  const hash = await refreshTokenHash(refreshToken);
  const opened = await change(ports, actor, async (tx, record) => {
    // Suspensions and new passwords wait for this, or are seen: no session slips between.
    const now = await lockCredentials(tx, account.id);
    if (now?.passwordHash !== passwordHash) return false;
    if (now.state === 'suspended') {
      logFailure(ports.log, actor, { accountId: account.id, reason: 'suspended' });
      throw new Problem('account_suspended');
    }
    if (betterHash !== undefined) await updatePasswordHash(tx, account.id, passwordHash, betterHash);
    const expiresAt = toInstant(Date.parse(record.at) + refreshTokenSeconds * 1000);
    if (!input.isKnownDevice && (await isNewNetwork(tx, account.id, actor))) {
      record.inform(account.id, ['email'], { event: 'new_device' });
    }
    const { address = null } = placeOf(actor);
    const from = { device: input.device ?? null, address: address?.slice(0, 45) ?? null };
    await insertSession(
      tx,
      { id: sessionId, accountId: account.id, createdAt: record.at, lastUsedAt: record.at, ...from },
      { hash, sessionId, expiresAt },
    );
    record.audit({ kind: 'account', id: account.id }, 'log_in', { session: sessionId });
    return true;
  });
  if (!opened) return undefined;
  const accessToken = await signAccessToken(ports, { accountId: account.id, role: account.role, sessionId });
  return { accessToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds, refreshToken, account };
}

/** Of a name that nobody has there is nothing to say: what was typed there may be a password. */
function logFailure(
  log: Log,
  actor: Actor,
  values: { accountId: AccountId | undefined; reason: 'unknown name' | 'wrong password' | 'suspended' },
): void {
  logSecurity(log, 'authn_login_fail', { ...values, ...placeOf(actor) });
}

/** Whether somebody has logged in to the account before, but never from there. */
async function isNewNetwork(db: Sql, accountId: AccountId, actor: Actor): Promise<boolean> {
  const { address } = placeOf(actor);
  if (address === undefined) return false;
  const addresses = await listLogInAddresses(db, accountId);
  return addresses.length > 0 && !addresses.some((each) => networkOf(each) === networkOf(address));
}

export const logInEndpoint = endpoint({
  name: 'logIn',
  access: 'public',
  budget: 11,
  problems: ['invalid_credentials', 'account_suspended', 'too_many_requests'],
  method: 'post',
  path: '/v1/sessions',
  tags: ['sessions'],
  summary: 'Log in',
  request: { body: json(credentials) },
  answers: { 201: { description: 'The session', body: sessionSchema } },
  handle: async ({ ports, actor, body, c }) => {
    ports.passwords.requireTurn();
    // By whichever name: what is counted is guesses at one account.
    const found = await findCredentials(ports.db, body.username);
    const { guess, device } = await allowGuessOf(c, ports, actor, found?.id ?? body.username);
    const input = { ...body, device: deviceName(c), isKnownDevice: device !== undefined };
    const opened = logIn(ports, actor, input, c.req.raw.signal, Promise.resolve(found));
    const { refreshToken, ...session } = await settle(guess, opened);
    if (body.refreshIn === 'body') return { ...session, refreshToken };
    setRefreshCookie(c, refreshToken);
    if (device === undefined) await setDeviceCookie(c, session.account.id);
    return session;
  },
});
