import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { consents } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { statement } from './engine/statement.ts';

export type ConsentKind = (typeof consents.$inferSelect)['kind'];

/** What is agreed to, and in which version. */
export interface Consent {
  kind: ConsentKind;
  version: string;
}

/** Writes down what an account agrees to. What it agreed to before keeps its time, unless it was taken back. */
export async function insertConsents(
  tx: Transaction,
  accountId: AccountId,
  given: readonly Consent[],
  givenAt: string,
): Promise<void> {
  if (given.length === 0) return;
  const at = sql.param(givenAt, consents.givenAt);
  const rows = given.map(({ kind, version }) => sql`(${accountId}, ${kind}, ${version}, ${at})`);
  // From left to right: the time is decided while it is known whether it was taken back.
  await tx.execute(sql`
    insert into ${consents} (account_id, kind, version, given_at) values ${sql.join(rows, sql`, `)}
    on duplicate key update given_at = if(withdrawn_at is null, given_at, values(given_at)), withdrawn_at = null`);
}

/** Takes back what an account agreed to, whatever the version. */
export async function withdrawConsent(
  tx: Transaction,
  accountId: AccountId,
  kind: ConsentKind,
  withdrawnAt: string,
): Promise<void> {
  await tx
    .update(consents)
    .set({ withdrawnAt })
    .where(and(eq(consents.accountId, accountId), eq(consents.kind, kind), isNull(consents.withdrawnAt)));
}

const consentsOfAccount = statement({ accountId: consents.accountId }, (qb, { accountId }) =>
  qb
    .select({
      kind: consents.kind,
      version: consents.version,
      givenAt: consents.givenAt,
      withdrawnAt: consents.withdrawnAt,
    })
    .from(consents)
    .where(eq(consents.accountId, accountId))
    .orderBy(asc(consents.kind), asc(consents.version)),
);

/** Everything that an account ever agreed to, as it stands: as many as there were versions. */
export const listConsents = (db: Sql, accountId: AccountId) => consentsOfAccount(db, { accountId });
