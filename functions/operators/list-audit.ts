import { z } from '@hono/zod-openapi';
import { auditByActor, auditOfAction, auditOfSubject, auditTrail } from '../../db/audit-lists.ts';
import type { Sql } from '../../db/engine/client.ts';
import { actorKinds } from '../../schema/audit.ts';
import type { AccountId, AuditId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { ruleProblem } from '../http/validation.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { actionText, idsBetween, period, subjectText } from './audit-query.ts';

const lineSchema = z
  .object({
    id: z.uuid(),
    at: z.string(),
    actorKind: z.enum(actorKinds),
    actorId: z.uuid().nullable(),
    actorName: z.string().nullable().openapi({ description: "The job's name, or the provider's." }),
    action: z.string(),
    subjectKind: z.string(),
    subjectId: z.uuid(),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('AuditLine');

type Line = z.infer<typeof lineSchema>;

const lines = listQuery({
  name: 'audit',
  filters: {
    actor: idOf<AccountId>().optional(),
    subject: subjectText.optional(),
    action: actionText.optional(),
    ...period,
  },
  orders: { new: { id: idOf<AuditId>() } },
});

type Asked = z.output<typeof lines.schema>;

/**
 * What was done, the newest first: all of it, by one account, to one thing, or of one kind, each also between two times. Two of these
 * together would have to be looked for among many: Problem `validation_failed`.
 */
export async function listAudit({ db }: Ports, { accountId }: Principal, query: Asked): Promise<Page<Line>> {
  const { selection, page } = lines.open(query, accountId);
  const given = (['actor', 'subject', 'action'] as const).filter((name) => query[name] !== undefined);
  if (given[1] !== undefined) throw ruleProblem(`/${given[1]}`, 'filters_together');
  const { order, after, limit } = selection;
  return page(await read(db, query, { order, after, limit, filters: {} }));
}

function read(db: Sql, { actor, subject, action, ...times }: Asked, wanted: Parameters<typeof auditTrail.page>[2]) {
  const between = idsBetween(times);
  if (actor !== undefined) return auditByActor.page(db, { actorId: actor, ...between }, wanted);
  if (action !== undefined) return auditOfAction.page(db, { action, ...between }, wanted);
  if (subject === undefined) return auditTrail.page(db, between, wanted);
  const [subjectKind = '', subjectId = ''] = subject.toLowerCase().split(':');
  return auditOfSubject.page(db, { subjectKind, subjectId, ...between }, wanted);
}

export const listAuditEndpoint = endpoint({
  name: 'listAudit',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/audit',
  tags: ['admin'],
  summary: 'What was done: all, by one account, to one thing, or of one kind',
  request: { query: lines.schema },
  answers: { 200: { description: 'A page', body: pageOf(lineSchema) } },
  handle: ({ ports, actor, query }) => listAudit(ports, actor, query),
});
