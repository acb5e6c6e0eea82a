import { z } from '@hono/zod-openapi';
import { revokeKey } from '../../db/api-keys.ts';
import type { ApiKeyId, SessionId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';

/**
 * Revokes a key of the caller's: no request that begins from now on gets by with it, no change that has not been committed, and its sockets
 * close. Again it changes nothing. Problem: `not_found`.
 */
export async function revokeApiKey(ports: Ports, actor: AccountActor, id: ApiKeyId): Promise<void> {
  await change(ports, actor, async (tx, record) => {
    const outcome = await revokeKey(tx, id, actor.accountId, record.at);
    if (outcome === undefined) throw new Problem('not_found');
    if (outcome === 'revoked') record.audit({ kind: 'api_key', id }, 'revoke');
    // Told again although it was revoked before: its sockets may not have heard.
    record.sessionsEnded(actor.accountId, [id as string as SessionId]);
  });
}

export const revokeApiKeyEndpoint = endpoint({
  name: 'revokeApiKey',
  access: 'account',
  budget: 6,
  method: 'delete',
  path: '/v1/me/api-keys/{apiKeyId}',
  tags: ['api-keys'],
  summary: 'Revoke a key of mine, and close its sockets',
  request: { params: z.object({ apiKeyId: idOf<ApiKeyId>() }) },
  answers: { 204: { description: 'It opens nothing any more' } },
  handle: ({ ports, actor, params }) => revokeApiKey(ports, actor, params.apiKeyId),
});
