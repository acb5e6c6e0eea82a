import { and, gte, lt } from 'drizzle-orm';
import { audit } from '../schema/audit.ts';
import { List } from './engine/list.ts';

const lineColumns = {
  id: audit.id,
  at: audit.at,
  actorKind: audit.actorKind,
  actorId: audit.actorId,
  actorName: audit.actorName,
  action: audit.action,
  subjectKind: audit.subjectKind,
  subjectId: audit.subjectId,
  address: audit.address,
  requestId: audit.requestId,
  details: audit.details,
};

/** Lines are asked for between two times, which are in their ids: from `since` on, and before `until`. */
const between = { since: audit.id, until: audit.id };
const newestFirst = { new: { by: { id: audit.id }, direction: 'desc' } } as const;

/** All that was done, the newest first. */
export const auditTrail = new List({
  table: audit,
  scope: {},
  filters: {},
  orders: newestFirst,
  needs: between,
  extraWhere: ({ since, until }) => and(gte(audit.id, since), lt(audit.id, until)),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(lineColumns)
      .from(audit, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** What an account did. */
export const auditByActor = new List({
  table: audit,
  scope: { actorId: audit.actorId },
  filters: {},
  orders: newestFirst,
  needs: between,
  extraWhere: ({ since, until }) => and(gte(audit.id, since), lt(audit.id, until)),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(lineColumns)
      .from(audit, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** What was done to one thing. */
export const auditOfSubject = new List({
  table: audit,
  scope: { subjectKind: audit.subjectKind, subjectId: audit.subjectId },
  filters: {},
  orders: newestFirst,
  needs: between,
  extraWhere: ({ since, until }) => and(gte(audit.id, since), lt(audit.id, until)),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(lineColumns)
      .from(audit, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** Where one kind of thing was done. */
export const auditOfAction = new List({
  table: audit,
  scope: { action: audit.action },
  filters: {},
  orders: newestFirst,
  needs: between,
  extraWhere: ({ since, until }) => and(gte(audit.id, since), lt(audit.id, until)),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(lineColumns)
      .from(audit, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});
