import { z } from '@hono/zod-openapi';
import { findCredentials, lockCredentials, updatePasswordHash } from '../../db/accounts.ts';
import { listLogInAddresses } from '../../db/audit.ts';
import { insertSession } from '../../db/sessions.ts';
import { username } from '../accounts/fields.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { networkOf } from '../http/network-of.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Log, Ports } from '../ports.ts';
import { accessTokenSeconds, signAccessToken } from '../identity/access-token.ts';
import { allowGuess, settle } from '../identity/guesses.ts';
import { deviceOf, setDeviceCookie } from './device-cookie.ts';
import { setRefreshCookie } from './refresh-cookie.ts';
import { newRefreshToken, refreshTokenHash, refreshTokenSeconds } from './refresh-token.ts';
import { refreshIn, sessionSchema } from './session-schema.ts';
import type { Session } from './session-schema.ts';
import type { Actor } from '../identity/actor.ts';
import { logSecurity, placeOf } from '../security/security-events.ts';
import { change } from '../changes/change.ts';

const credentials = z
  .strictObject({
    username,
    password: z.string().min(1).max(512),
    refreshIn,
  })
  .openapi('Credentials');

/**
 * Opens a session. Problems: `invalid_credentials`, `account_suspended`.
 *
 * @param whileWanted see `Passwords`
 */
export async function logIn(
  ports: Ports,
  actor: Actor,
  input: { username: string; password: string },
  whileWanted?: AbortSignal,
): Promise<Session & { refreshToken: string }> {
  // A password that was changed, or whose hash was made anew, while it was verified: it is verified once more.
  const session =
    (await openSession(ports, actor, input, whileWanted)) ?? (await openSession(ports, actor, input, whileWanted));
  if (session === undefined) throw new Problem('invalid_credentials');
  return session;
}

/** Undefined where the hash that was verified is not the account's any more. */
async function openSession(
  ports: Ports,
  actor: Actor,
  input: { username: string; password: string },
  whileWanted: AbortSignal | undefined,
): Promise<(Session & { refreshToken: string }) | undefined> {
  const found = await findCredentials(ports.db, input.username);
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
    await insertSession(
      tx,
      { id: sessionId, accountId: account.id, createdAt: record.at },
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

/**
 * However a keyboard composes what is typed: every hash of ours is of the normal form C. An older one, which asks for an upgrade,
 * is of what was typed when it was made.
 */
async function verifyPassword(
  { passwords }: Pick<Ports, 'passwords'>,
  typed: string,
  hash: string | undefined,
  whileWanted: AbortSignal | undefined,
): Promise<{ valid: boolean; upgrade: boolean }> {
  const composed = typed.normalize('NFC');
  const found = await passwords.verify(composed, hash, whileWanted);
  if (found.valid || !found.upgrade) return found;
  const others = new Set([typed, typed.normalize('NFD')].filter((each) => each !== composed));
  for (const other of others) {
    if ((await passwords.verify(other, hash, whileWanted)).valid) return { valid: true, upgrade: true };
  }
  return found;
}

/** Whether this username has logged in from the network of this address before. */
async function isKnownNetwork({ db }: Pick<Ports, 'db'>, username: string, address: string): Promise<boolean> {
  const account = await findCredentials(db, username);
  if (!account) return false;
  const addresses = await listLogInAddresses(db, account.id);
  return addresses.some((each) => networkOf(each) === networkOf(address));
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
    const { username } = body;
    const { address, requestId } = actor;
    const device = await deviceOf(c, username);
    const guess = await allowGuess(ports, { username, address, requestId, device }, () =>
      isKnownNetwork(ports, username, address),
    );
    const { refreshToken, ...session } = await settle(guess, logIn(ports, actor, body, c.req.raw.signal));
    if (body.refreshIn === 'body') return { ...session, refreshToken };
    setRefreshCookie(c, refreshToken);
    if (device === undefined) await setDeviceCookie(c, username);
    return session;
  },
});
