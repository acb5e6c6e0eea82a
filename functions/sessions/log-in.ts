import { z } from '@hono/zod-openapi';
import { findCredentials, lockCredentials, updatePasswordHash } from '../../db/accounts.ts';
import { insertSession } from '../../db/sessions.ts';
import { username } from '../accounts/fields.ts';
import type { SessionId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitAttempts, limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { accessTokenSeconds, signAccessToken } from '../identity/access-token.ts';
import { setRefreshCookie } from './refresh-cookie.ts';
import { newRefreshToken, refreshTokenHash, refreshTokenSeconds } from './refresh-token.ts';
import { refreshIn, sessionSchema } from './session-schema.ts';
import type { Session } from './session-schema.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';

const credentials = z
  .strictObject({
    username,
    password: z
      .string()
      .min(1)
      .max(512)
      .transform((text) => text.normalize('NFC')),
    refreshIn,
  })
  .openapi('Credentials');

/** Opens a session. Problems: `invalid_credentials`, `account_suspended`. */
export async function logIn(
  ports: Ports,
  actor: Actor,
  input: { username: string; password: string },
): Promise<Session & { refreshToken: string }> {
  // A password that was changed, or whose hash was made anew, while it was verified: it is verified once more.
  const session = (await openSession(ports, actor, input)) ?? (await openSession(ports, actor, input));
  if (session === undefined) throw new Problem('invalid_credentials');
  return session;
}

/** Undefined where the hash that was verified is not the account's any more. */
async function openSession(
  ports: Ports,
  actor: Actor,
  input: { username: string; password: string },
): Promise<(Session & { refreshToken: string }) | undefined> {
  const found = await findCredentials(ports.db, input.username);
  const { valid, upgrade } = await ports.passwords.verify(input.password, found?.passwordHash);
  if (!found || !valid) throw new Problem('invalid_credentials');
  const { passwordHash, ...account } = found;
  const betterHash = upgrade ? await ports.passwords.hash(input.password) : undefined;

  const sessionId = ports.newId<SessionId>();
  const refreshToken = newRefreshToken();
  const hash = await refreshTokenHash(refreshToken);
  const opened = await change(ports, actor, async (tx, record) => {
    // Suspensions and new passwords wait for this, or are seen: no session slips between.
    const now = await lockCredentials(tx, account.id);
    if (now?.passwordHash !== passwordHash) return false;
    if (now.state === 'suspended') throw new Problem('account_suspended');
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

export const logInEndpoint = endpoint({
  name: 'logIn',
  access: 'public',
  budget: 9,
  problems: ['invalid_credentials', 'account_suspended', 'too_many_requests'],
  method: 'post',
  path: '/v1/sessions',
  tags: ['sessions'],
  summary: 'Log in',
  request: { body: json(credentials) },
  answers: { 201: { description: 'The session', body: sessionSchema } },
  handle: async ({ ports, actor, body, c }) => {
    // By address against guessing many names, by name against many addresses guessing one.
    await limitByAddress(ports, actor, 'log-in', { attempts: 60, seconds: 60 });
    await limitAttempts(ports, `log-in-name:${body.username}`, { attempts: 10, seconds: 60 });
    const { refreshToken, ...session } = await logIn(ports, actor, body);
    if (body.refreshIn === 'body') return { ...session, refreshToken };
    setRefreshCookie(c, refreshToken);
    return session;
  },
});
