import { endOtherSessions } from '../../db/sessions.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';

/** Ends all of the caller's sessions but the one that asks. */
export async function endOwnOtherSessions(ports: Ports, actor: AccountActor): Promise<void> {
  const { accountId, sessionId } = actor;
  await change(ports, actor, async (tx, record) => {
    const ended = await endOtherSessions(tx, accountId, sessionId, record.at);
    record.audit({ kind: 'account', id: accountId }, 'end_other_sessions', { sessions: ended.length });
    record.sessionsEnded(accountId, ended);
  });
}

export const endOwnOtherSessionsEndpoint = endpoint({
  name: 'endOwnOtherSessions',
  access: 'account',
  budget: 6,
  method: 'delete',
  path: '/v1/me/sessions',
  tags: ['sessions'],
  summary: 'End all of my sessions but this one',
  answers: { 204: { description: 'They have ended' } },
  handle: ({ ports, actor }) => endOwnOtherSessions(ports, actor),
});
