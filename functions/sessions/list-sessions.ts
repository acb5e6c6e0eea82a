import { z } from '@hono/zod-openapi';
import { accountSessions } from '../../db/sessions.ts';
import type { SessionId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { refreshTokenSeconds } from './refresh-token.ts';

const ownSession = z
  .object({
    id: z.uuid(),
    device: z.string().nullable().openapi({ description: 'What it was opened from, in its own words (`User-Agent`).' }),
    address: z.string().nullable(),
    createdAt: z.string(),
    lastUsedAt: z.string().openapi({ description: 'When it was opened, or its token was refreshed last.' }),
    current: z.boolean().openapi({ description: 'It is the one that asks.' }),
  })
  .openapi('OwnSession');

const ownSessions = listQuery({ name: 'sessions', orders: { new: { id: idOf<SessionId>() } } });

/** Where the caller is logged in, newest first. */
export async function listSessions(
  { db, clock }: Ports,
  { accountId, sessionId }: Principal,
  query: z.output<typeof ownSessions.schema>,
): Promise<Page<z.infer<typeof ownSession>>> {
  const { selection, page } = ownSessions.open(query, accountId);
  const usedSince = toInstant(clock.now() - refreshTokenSeconds * 1000);
  const rows = await accountSessions.page(db, { accountId, usedSince }, selection);
  return page(
    rows.map((row) =>
      Object.assign(row, { lastUsedAt: row.lastUsedAt ?? row.createdAt, current: row.id === sessionId }),
    ),
  );
}

export const listSessionsEndpoint = endpoint({
  name: 'listSessions',
  access: 'account',
  budget: 2,
  method: 'get',
  path: '/v1/me/sessions',
  tags: ['sessions'],
  summary: 'Where I am logged in, newest first',
  request: { query: ownSessions.schema },
  answers: { 200: { description: 'A page', body: pageOf(ownSession) } },
  handle: ({ ports, actor, query }) => listSessions(ports, actor, query),
});
