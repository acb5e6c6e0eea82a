import { z } from '@hono/zod-openapi';
import { endSession, lockOwnSession } from '../../db/sessions.ts';
import type { SessionId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';

/** Ends one of the caller's sessions, whose sockets close. One that has ended stays so. Problem: `not_found`. */
export async function endOwnSession(ports: Ports, actor: AccountActor, sessionId: SessionId): Promise<void> {
  const { accountId } = actor;
  await change(ports, actor, async (tx, record) => {
    const session = await lockOwnSession(tx, sessionId, accountId);
    if (session === undefined) throw new Problem('not_found');
    // Told again although it has ended: its sockets may not have heard.
    record.sessionsEnded(accountId, [sessionId]);
    if (session.endedAt !== null) return;
    await endSession(tx, sessionId, record.at);
    record.audit({ kind: 'account', id: accountId }, 'end_own_session', { session: sessionId });
  });
}

export const endOwnSessionEndpoint = endpoint({
  name: 'endOwnSession',
  access: 'account',
  budget: 6,
  problems: ['not_found'],
  method: 'delete',
  path: '/v1/me/sessions/{sessionId}',
  tags: ['sessions'],
  summary: 'End one of my sessions',
  request: { params: z.object({ sessionId: idOf<SessionId>() }) },
  answers: { 204: { description: 'It has ended' } },
  handle: ({ ports, actor, params }) => endOwnSession(ports, actor, params.sessionId),
});
