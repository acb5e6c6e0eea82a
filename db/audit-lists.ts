import { and, gte, lt } from 'drizzle-orm';
import type { Column } from 'drizzle-orm';
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

/** Lines of the audit, the newest first: all of them, or those that `scope` names. */
const linesOf = <const Scope extends Record<string, Column>>(scope: Scope) =>
  new List({
    table: audit,
    scope,
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

/** All that was done. */
export const auditTrail = linesOf({});

/** What an account did. */
export const auditByActor = linesOf({ actorId: audit.actorId });

/** What was done to one thing. */
export const auditOfSubject = linesOf({ subjectKind: audit.subjectKind, subjectId: audit.subjectId });

/** Where one kind of thing was done. */
export const auditOfAction = linesOf({ action: audit.action });
