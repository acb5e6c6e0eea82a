import { z } from '@hono/zod-openapi';
import { endSession, findRefreshToken, rotateRefreshToken } from '../../db/sessions.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { networkOf } from '../http/network-of.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { accessTokenSeconds, signAccessToken } from '../identity/access-token.ts';
import { clearRefreshCookie, refreshTokenOf, setRefreshCookie } from './refresh-cookie.ts';
import { lostAnswerMs, newSuccessorSalt, refreshTokenHash, refreshTokenSeconds, successorOf } from './refresh-token.ts';
import { sessionSchema } from './session-schema.ts';
import type { Session } from './session-schema.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';

/** An opaque refresh token; without one, the cookie is read. */
export const refreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(256).optional() })
  .openapi('RefreshRequest');

/**
 * Trades a refresh token for a new pair. A token that was used before means that two parties hold it: the whole session
 * ends (RFC 9700, section 4.14.2). Unless the answer seems to have been lost: within 30 seconds, from the network that used it, and
 * before anybody has used its successor, it gives the same successor again. Problem: `session_ended`, whatever the reason.
 */
export async function refreshSession(
  ports: Ports,
  actor: Actor,
  token: string,
): Promise<Session & { refreshToken: string }> {
  const oldHash = await refreshTokenHash(token);
  const salt = newSuccessorSalt();
  const next = await successorOf(token, salt);
  const hash = await refreshTokenHash(next);
  const usedFrom = 'address' in actor ? networkOf(actor.address).slice(0, 45) : actor.kind;

  const refreshed = await change(ports, actor, async (tx, record) => {
    const found = await findRefreshToken(tx, oldHash);
    const isOver = !found || found.endedAt !== null || found.expiresAt <= record.at;
    if (isOver || found.account.state === 'suspended' || found.account.state === 'closed') return undefined;
    const { sessionId } = found;
    if (found.usedAt !== null) {
      const lost = await findLostAnswer(tx, found, { token, usedFrom, now: record.at });
      if (lost !== undefined) return { ...found, refreshToken: lost };
      await endSession(tx, sessionId, record.at);
      record.audit({ kind: 'account', id: found.account.id }, 'end_session', { session: sessionId, reused: true });
      record.sessionsEnded(found.account.id, [sessionId]);
      return undefined;
    }
    const expiresAt = toInstant(Date.parse(record.at) + refreshTokenSeconds * 1000);
    const use = { usedAt: record.at, usedFrom, successorSalt: salt };
    await rotateRefreshToken(tx, oldHash, use, { hash, sessionId, expiresAt });
    return { ...found, refreshToken: next };
  });

  if (refreshed === undefined) throw new Problem('session_ended');
  const { account, sessionId, refreshToken } = refreshed;
  const accessToken = await signAccessToken(ports, { accountId: account.id, role: account.role, sessionId });
  return { accessToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds, refreshToken, account };
}

/** The successor of a token that was used just now, from the same network, if it is still unused; undefined otherwise. */
async function findLostAnswer(
  tx: Transaction,
  used: NonNullable<Awaited<ReturnType<typeof findRefreshToken>>>,
  { token, usedFrom, now }: { token: string; usedFrom: string; now: string },
): Promise<string | undefined> {
  if (used.usedAt === null || used.successorSalt === null || used.usedFrom !== usedFrom) return undefined;
  if (Date.parse(now) - Date.parse(used.usedAt) > lostAnswerMs) return undefined;
  const successor = await successorOf(token, used.successorSalt);
  const found = await findRefreshToken(tx, await refreshTokenHash(successor));
  return found?.usedAt === null ? successor : undefined;
}

export const refreshSessionEndpoint = endpoint({
  name: 'refreshSession',
  access: 'public',
  budget: 6,
  problems: ['session_ended', 'origin_not_allowed', 'too_many_requests'],
  method: 'post',
  path: '/v1/sessions/refresh',
  tags: ['sessions'],
  summary: 'Trade the refresh token for a new access token',
  request: { body: json(refreshBody) },
  answers: { 200: { description: 'The session goes on', body: sessionSchema } },
  handle: async ({ ports, actor, body, c }) => {
    await limitByAddress(ports, actor, 'refresh', { attempts: 120, seconds: 60 });
    const { token, from } = refreshTokenOf(c, body.refreshToken);
    try {
      const { refreshToken, ...session } = await refreshSession(ports, actor, token);
      if (from === 'body') return { ...session, refreshToken };
      setRefreshCookie(c, refreshToken);
      return session;
    } catch (error) {
      if (error instanceof Problem && from === 'cookie') clearRefreshCookie(c);
      throw error;
    }
  },
});
