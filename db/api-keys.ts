import { and, eq, inArray, isNull, lt, notInArray, or, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import { apiKeys } from '../schema/api-keys.ts';
import type { AccountId, ApiKeyId } from '../schema/ids.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { listOf, lockingStatement, sharingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

type NewKey = typeof apiKeys.$inferInsert;

const keyByHash = statement({ hash: apiKeys.hash }, (qb, { hash }) =>
  qb
    .select({
      id: apiKeys.id,
      accountId: apiKeys.accountId,
      role: accounts.role,
      state: accounts.state,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
    .where(eq(apiKeys.hash, hash)),
);

/** A key by its hash, with how its account stands: all that says what it opens, in one look by an index. */
export async function findKey(db: Sql, hash: string) {
  const [key] = await keyByHash(db, { hash });
  return key;
}

/** Writes down that a key is used, unless somebody has done so since `before`. */
export async function markKeyUsed(
  db: Sql,
  id: ApiKeyId,
  before: string,
  use: { lastUsedAt: string; lastUsedFrom?: string },
): Promise<void> {
  await db
    .update(apiKeys)
    .set(use)
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))));
}

const heldByKey = sharingStatement({ id: apiKeys.id }, (qb, { id }) =>
  qb
    .select({ state: accounts.state, displayName: accounts.displayName })
    .from(apiKeys)
    .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt))),
);

/** How the account of a key stands; neither changes before this transaction ends. Undefined where the key was revoked. */
export async function holdAccountOfKey(tx: Transaction, id: ApiKeyId) {
  const [account] = await heldByKey(tx, { id });
  return account;
}

const liveAmongKeys = statement({ ids: listOf(apiKeys.id) }, (qb, { ids }) =>
  qb
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
    .where(
      and(sql`${apiKeys.id} in ${ids}`, isNull(apiKeys.revokedAt), notInArray(accounts.state, ['suspended', 'closed'])),
    ),
);

/** Which of these keys may keep their sockets. When they end by themselves their sockets know. */
export async function listLiveKeys(db: Sql, ids: readonly ApiKeyId[]): Promise<ApiKeyId[]> {
  if (ids.length === 0) return [];
  const live = await liveAmongKeys(db, { ids });
  return live.map(({ id }) => id);
}

/** Whether a key may open a socket now. */
export const isKeyLive = async (db: Sql, id: ApiKeyId): Promise<boolean> => (await listLiveKeys(db, [id])).length > 0;

const keysOfAccount = statement({ accountId: apiKeys.accountId }, (qb, { accountId }) =>
  qb
    .select({ id: apiKeys.id, expiresAt: apiKeys.expiresAt, revokedAt: apiKeys.revokedAt })
    .from(apiKeys)
    .where(eq(apiKeys.accountId, accountId)),
);

/** When all keys of an account end, or ended. Whoever adds one holds the account. */
export const listKeys = (tx: Transaction, accountId: AccountId) => keysOfAccount(tx, { accountId });

export async function insertKey<Key extends NewKey>(tx: Transaction, key: Exactly<NewKey, Key>): Promise<void> {
  await insertRow(tx, apiKeys, key);
}

/** Deletes keys that ended long ago. */
export async function deleteKeys(tx: Transaction, ids: readonly ApiKeyId[]): Promise<void> {
  await tx.delete(apiKeys).where(inArray(apiKeys.id, [...ids]));
}

const keyOfAccount = lockingStatement({ id: apiKeys.id, accountId: apiKeys.accountId }, (qb, { id, accountId }) =>
  qb
    .select({ revokedAt: apiKeys.revokedAt })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.accountId, accountId)))
    .for('update'),
);

/** Revokes a key of an account: waits for what is being changed by it. Undefined where the account has none of this id. */
export async function revokeKey(
  tx: Transaction,
  id: ApiKeyId,
  accountId: AccountId,
  revokedAt: string,
): Promise<'revoked' | 'already' | undefined> {
  const [found] = await keyOfAccount(tx, { id, accountId });
  if (found === undefined) return undefined;
  if (found.revokedAt !== null) return 'already';
  await tx.update(apiKeys).set({ revokedAt }).where(eq(apiKeys.id, id));
  return 'revoked';
}

const liveKeysOf = lockingStatement({ accountId: apiKeys.accountId }, (qb, { accountId }) =>
  qb
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.accountId, accountId), isNull(apiKeys.revokedAt)))
    .for('update'),
);

/** Revokes whatever keys an account has: waits for what is being changed by them. Gives their ids. */
export async function revokeKeysOf(tx: Transaction, accountId: AccountId, revokedAt: string): Promise<ApiKeyId[]> {
  const ids = (await liveKeysOf(tx, { accountId })).map(({ id }) => id);
  if (ids.length > 0) await tx.update(apiKeys).set({ revokedAt }).where(inArray(apiKeys.id, ids));
  return ids;
}

const shown = {
  id: apiKeys.id,
  name: apiKeys.name,
  hint: apiKeys.hint,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  lastUsedFrom: apiKeys.lastUsedFrom,
  revokedAt: apiKeys.revokedAt,
};

export const accountKeys = new List({
  table: apiKeys,
  scope: { accountId: apiKeys.accountId },
  filters: {},
  orders: { new: { by: { id: apiKeys.id }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(shown)
      .from(apiKeys, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});
