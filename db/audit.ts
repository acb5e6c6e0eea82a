import { and, desc, eq, sql } from 'drizzle-orm';
import { audit } from '../schema/audit.ts';
import type { AccountId } from '../schema/ids.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { listOf, statement } from './engine/statement.ts';
import { bulkInsert } from './engine/write.ts';

export type AuditLine = typeof audit.$inferInsert;

const insertLines = bulkInsert(audit, [
  'id',
  'actorKind',
  'actorId',
  'actorName',
  'action',
  'subjectKind',
  'subjectId',
  'address',
  'requestId',
  'at',
  'details',
]);

/** Writes down what was done, in the transaction that does it. */
export async function insertAudit(tx: Transaction, lines: readonly AuditLine[]): Promise<void> {
  await insertLines(tx, lines);
}

const logInsOfAccount = statement({ accountId: audit.subjectId }, (qb, { accountId }) =>
  qb
    .select({ address: audit.address })
    // Its own lines from the end: MariaDB would rather merge two indexes, and sort.
    .from(audit, { forceIndex: 'audit_subject' })
    .where(and(eq(audit.subjectKind, 'account'), eq(audit.subjectId, accountId), eq(audit.action, 'account.log_in')))
    .orderBy(desc(audit.id))
    .limit(30),
);

/** The addresses from which an account has logged in, the last 30 times. */
export async function listLogInAddresses(db: Sql, accountId: AccountId): Promise<string[]> {
  const rows = await logInsOfAccount(db, { accountId });
  return rows.flatMap(({ address }) => address ?? []);
}

const lastOfSubject = statement(
  { subjectKind: audit.subjectKind, subjectId: audit.subjectId, actions: listOf(audit.action) },
  (qb, { subjectKind, subjectId, actions }) =>
    qb
      .select({ action: audit.action, actorId: audit.actorId, actorName: audit.actorName, details: audit.details })
      .from(audit)
      .where(
        and(eq(audit.subjectKind, subjectKind), eq(audit.subjectId, subjectId), sql`${audit.action} in ${actions}`),
      )
      .orderBy(desc(audit.id))
      .limit(1),
);

/** Which of these was done to a subject last, and by whom; undefined where none was. */
export async function findLastAudit(db: Sql, subjectKind: string, subjectId: string, actions: string[]) {
  const [line] = await lastOfSubject(db, { subjectKind, subjectId, actions });
  return line;
}
