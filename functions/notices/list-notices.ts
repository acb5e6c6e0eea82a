import { z } from '@hono/zod-openapi';
import { listDevNotices } from '../../db/dev-notices.ts';
import type { NoticeId } from '../../schema/ids.ts';
import { noticeChannels } from '../../schema/outbox.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';

const noticeSchema = z
  .object({
    id: z.string(),
    channel: z.enum(noticeChannels),
    address: z.string(),
    subject: z.string(),
    body: z.string(),
    sentAt: z.string(),
  })
  .openapi('Notice');

type ShownNotice = z.infer<typeof noticeSchema>;

const kept = listQuery({
  name: 'notices',
  filters: {
    address: z
      .string()
      .max(254)
      // As its column: MariaDB compares it with nothing else.
      .regex(/^[!-~]*$/u)
      .optional()
      .openapi({ description: 'Sent to this address or number alone, as the account has it: `+821012345678`.' }),
  },
  orders: { new: { id: idOf<NoticeId>() } },
});

/**
 * What would have been sent where nobody sends anything, the newest first: in development and tests. In production there is no such thing.
 * Problems: `not_found`.
 */
export async function listNotices(
  { db, settings }: Pick<Ports, 'db' | 'settings'>,
  { accountId }: Principal,
  query: z.output<typeof kept.schema>,
): Promise<Page<ShownNotice>> {
  if (settings.environment === 'production') throw new Problem('not_found');
  const { selection, page } = kept.open(query, accountId);
  return page(await listDevNotices(db, selection));
}

export const listNoticesEndpoint = endpoint({
  name: 'listNotices',
  access: 'admin',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/admin/notices',
  tags: ['admin'],
  summary: 'Mails and text messages that were kept in the place of being sent, the newest first; not in production',
  request: { query: kept.schema },
  answers: { 200: { description: 'A page', body: pageOf(noticeSchema) } },
  handle: ({ ports, actor, query }) => listNotices(ports, actor, query),
});
