import { and, eq, gt, gte, lt } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { systemAccountId } from '../schema/ids.ts';
import { accountColumns } from './accounts.ts';
import type { Sql } from './engine/client.ts';
import { List } from './engine/list.ts';
import { statement } from './engine/statement.ts';

/** The product's own account is nobody's to see: its id is the least of all. */
const notOurs = gt(accounts.id, systemAccountId);

/** All accounts, by role and by state, the newest first. */
export const registeredAccounts = new List({
  table: accounts,
  scope: {},
  filters: { role: accounts.role, state: accounts.state },
  orders: { new: { by: { id: accounts.id }, direction: 'desc' } },
  needs: {},
  extraWhere: () => notOurs,
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(accountColumns)
      .from(accounts, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** Accounts whose username begins so: from `least` on, and before `beyond`. */
export const accountsByUsername = new List({
  table: accounts,
  scope: {},
  filters: {},
  orders: { username: { by: { username: accounts.username }, direction: 'asc' } },
  needs: { least: accounts.username, beyond: accounts.username },
  extraWhere: ({ least, beyond }) => and(gte(accounts.username, least), lt(accounts.username, beyond), notOurs),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(accountColumns)
      .from(accounts, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** The same by e-mail address. */
export const accountsByEmail = new List({
  table: accounts,
  scope: {},
  filters: {},
  orders: { email: { by: { email: accounts.email }, direction: 'asc' } },
  needs: { least: accounts.email, beyond: accounts.email },
  extraWhere: ({ least, beyond }) => and(gte(accounts.email, least), lt(accounts.email, beyond), notOurs),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(accountColumns)
      .from(accounts, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** The same by phone number, as it is kept: E.164. */
export const accountsByPhone = new List({
  table: accounts,
  scope: {},
  filters: {},
  orders: { phone: { by: { phone: accounts.phone }, direction: 'asc' } },
  needs: { least: accounts.phone, beyond: accounts.phone },
  extraWhere: ({ least, beyond }) => and(gte(accounts.phone, least), lt(accounts.phone, beyond), notOurs),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(accountColumns)
      .from(accounts, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

const inspectedAccount = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({
      ...accountColumns,
      language: accounts.language,
      emailVerifiedAt: accounts.emailVerifiedAt,
      phoneVerifiedAt: accounts.phoneVerifiedAt,
      decisionReason: accounts.decisionReason,
      closedAt: accounts.closedAt,
    })
    .from(accounts)
    .where(and(eq(accounts.id, id), notOurs)),
);

/** An account with what admins know of it. */
export async function inspectAccount(db: Sql, id: AccountId) {
  const [account] = await inspectedAccount(db, { id });
  return account;
}
