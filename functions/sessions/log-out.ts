import { endSession, findRefreshToken } from '../../db/sessions.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import type { Ports } from '../ports.ts';
import { clearRefreshCookie, refreshTokenOf } from './refresh-cookie.ts';
import { refreshBody } from './refresh-session.ts';
import { refreshTokenHash } from './refresh-token.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';

/** Ends the session of a refresh token, current or used. An unknown token is no error: what was asked for holds. */
export async function logOut(ports: Ports, actor: Actor, token: string): Promise<void> {
  const hash = await refreshTokenHash(token);
  await change(ports, actor, async (tx, record) => {
    const found = await findRefreshToken(tx, hash);
    if (!found) return;
    if (found.endedAt === null) await endSession(tx, found.sessionId, record.at);
    // Told again although it has ended: its sockets may not have heard.
    record.sessionsEnded(found.account.id, [found.sessionId]);
  });
}

export const logOutEndpoint = endpoint({
  name: 'logOut',
  access: 'public',
  budget: 4,
  problems: ['session_ended', 'origin_not_allowed', 'too_many_requests'],
  method: 'post',
  path: '/v1/sessions/log-out',
  tags: ['sessions'],
  summary: 'End the session of a refresh token (body or cookie)',
  request: { body: json(refreshBody) },
  answers: { 204: { description: 'The session has ended' } },
  handle: async ({ ports, actor, body, c }) => {
    await limitByAddress(ports, actor, 'log-out', { attempts: 120, seconds: 60 });
    const { token, from } = refreshTokenOf(c, body.refreshToken);
    await logOut(ports, actor, token);
    if (from === 'cookie') clearRefreshCookie(c);
  },
});
