import type { z } from '@hono/zod-openapi';
import { accountKeys } from '../../db/api-keys.ts';
import type { ApiKeyId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { apiKeySchema } from './api-key-schema.ts';
import type { ApiKey } from './api-key-schema.ts';

const ownKeys = listQuery({ name: 'api-keys', orders: { new: { id: idOf<ApiKeyId>() } } });

/** The caller's keys, newest first: those that were revoked, or have ended, for some time, too. */
export async function listApiKeys(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof ownKeys.schema>,
): Promise<Page<ApiKey>> {
  const { selection, page } = ownKeys.open(query, accountId);
  // Nothing but scopes is ever written there.
  return page(await accountKeys.page(db, { accountId }, selection)) as Page<ApiKey>;
}

export const listApiKeysEndpoint = endpoint({
  name: 'listApiKeys',
  access: 'account',
  budget: 2,
  method: 'get',
  path: '/v1/me/api-keys',
  tags: ['api-keys'],
  summary: 'My keys, newest first',
  request: { query: ownKeys.schema },
  answers: { 200: { description: 'A page', body: pageOf(apiKeySchema) } },
  handle: ({ ports, actor, query }) => listApiKeys(ports, actor, query),
});
