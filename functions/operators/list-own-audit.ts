import { z } from '@hono/zod-openapi';
import { auditByActor, auditOfSubject } from '../../db/audit-lists.ts';
import type { actorKinds } from '../../schema/audit.ts';
import type { AuditId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { idsBetween, period } from './audit-query.ts';

const ownLineSchema = z
  .object({
    id: z.uuid(),
    at: z.string(),
    by: z
      .enum(['me', 'visitor', 'another', 'system'])
      .openapi({ description: 'A visitor was not logged in (yet); another is not named.' }),
    action: z.string(),
    subjectKind: z.string(),
    subjectId: z.uuid(),
    address: z.string().nullable().openapi({ description: 'From where, of what I did, or a visitor.' }),
  })
  .openapi('OwnAuditLine');

type OwnLine = z.infer<typeof ownLineSchema>;

const lines = listQuery({ name: 'own-audit', filters: period, orders: { new: { id: idOf<AuditId>() } } });

/** What of an account is a thing of its own in the audit. */
const ofAccounts = ['account', 'operator', 'affiliation'] as const;

/**
 * What the caller has done, and what was done to its account, the newest first. Of others it says neither who they are nor from where
 * they came; of a visitor it does: whoever logs in as somebody is one until then.
 */
export async function listOwnAudit(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof lines.schema>,
): Promise<Page<OwnLine>> {
  const { selection, page } = lines.open(query, accountId);
  const { order, after, limit } = selection;
  const wanted = { order, after, limit, filters: {} };
  const between = idsBetween(query);
  // Each the newest of its kind, so that the newest of all are among them.
  const found = await Promise.all([
    auditByActor.page(db, { actorId: accountId, ...between }, wanted),
    ...ofAccounts.map((subjectKind) =>
      auditOfSubject.page(db, { subjectKind, subjectId: accountId, ...between }, wanted),
    ),
  ]);
  const byId = new Map(found.flat().map((line) => [line.id, line]));
  const newest = [...byId.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  return page(
    newest.map(({ id, at, actorKind, actorId, action, subjectKind, subjectId, address }) => {
      const by = whoDid(actorKind, actorId === accountId);
      const seen = by === 'me' || by === 'visitor';
      return { id, at, by, action, subjectKind, subjectId, address: seen ? address : null };
    }),
  );
}

function whoDid(kind: (typeof actorKinds)[number], isMe: boolean): OwnLine['by'] {
  if (kind === 'account') return isMe ? 'me' : 'another';
  return kind === 'visitor' ? 'visitor' : 'system';
}

export const listOwnAuditEndpoint = endpoint({
  name: 'listOwnAudit',
  access: 'account',
  budget: 5,
  method: 'get',
  path: '/v1/me/audit',
  tags: ['accounts'],
  summary: 'What I did, and what was done to my account',
  request: { query: lines.schema },
  answers: { 200: { description: 'A page', body: pageOf(ownLineSchema) } },
  handle: ({ ports, actor, query }) => listOwnAudit(ports, actor, query),
});
