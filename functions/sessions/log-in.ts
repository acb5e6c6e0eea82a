import { z } from '@hono/zod-openapi';
import { findAccountState, findCredentials, updatePasswordHash } from '../../db/accounts.ts';
import { insertSession } from '../../db/sessions.ts';
import { transaction } from '../../db/engine/transaction.ts';
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

const credentials = z
  .strictObject({
    username: z.string().trim().toLowerCase().min(1).max(64),
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
  input: { username: string; password: string },
): Promise<Session & { refreshToken: string }> {
  const found = await findCredentials(ports.db, input.username);
  const { valid, upgrade } = await ports.passwords.verify(input.password, found?.passwordHash);
  if (!found || !valid) throw new Problem('invalid_credentials');
  const { passwordHash: _secret, ...account } = found;
  if (account.state === 'suspended') throw new Problem('account_suspended');
  if (upgrade) await updatePasswordHash(ports.db, account.id, await ports.passwords.hash(input.password));

  const sessionId = ports.newId<SessionId>();
  const now = ports.clock.now();
  const refreshToken = newRefreshToken();
  const hash = await refreshTokenHash(refreshToken);
  await transaction(ports.db, async (tx) => {
    await insertSession(
      tx,
      { id: sessionId, accountId: account.id, createdAt: toInstant(now) },
      { hash, sessionId, expiresAt: toInstant(now + refreshTokenSeconds * 1000) },
    );
    // The new row waits for a suspension under way, and a later one finds and ends this session: none slips between.
    if ((await findAccountState(tx, account.id)) === 'suspended') throw new Problem('account_suspended');
  });
  const accessToken = await signAccessToken(ports, { accountId: account.id, role: account.role, sessionId });
  return { accessToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds, refreshToken, account };
}

export const logInEndpoint = endpoint({
  name: 'logIn',
  access: 'public',
  budget: 7,
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
    const { refreshToken, ...session } = await logIn(ports, body);
    if (body.refreshIn === 'body') return { ...session, refreshToken };
    setRefreshCookie(c, refreshToken);
    return session;
  },
});
