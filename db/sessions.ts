import { and, eq, gt, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, SessionId } from '../schema/ids.ts';
import { refreshTokens, sessions } from '../schema/sessions.ts';
import { accountColumns } from './accounts.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { listOf, lockingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

type NewRefreshToken = Pick<typeof refreshTokens.$inferSelect, 'hash' | 'sessionId' | 'expiresAt'>;

export async function insertSession<Session extends typeof sessions.$inferInsert>(
  tx: Transaction,
  session: Exactly<typeof sessions.$inferInsert, Session>,
  token: NewRefreshToken,
): Promise<void> {
  await insertRow(tx, sessions, session);
  await insertRow(tx, refreshTokens, token);
}

const refreshTokenByHash = lockingStatement({ hash: refreshTokens.hash }, (qb, { hash }) =>
  qb
    .select({
      ...accountColumns,
      sessionId: refreshTokens.sessionId,
      expiresAt: refreshTokens.expiresAt,
      usedAt: refreshTokens.usedAt,
      usedFrom: refreshTokens.usedFrom,
      successorSalt: refreshTokens.successorSalt,
      endedAt: sessions.endedAt,
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(eq(refreshTokens.hash, hash))
    .for('update'),
);

/** A refresh token with its session and account, locked until the transaction ends: of two uses at once one comes second. */
export async function findRefreshToken(tx: Transaction, hash: string) {
  const [row] = await refreshTokenByHash(tx, { hash });
  if (!row) return undefined;
  const { sessionId, expiresAt, usedAt, usedFrom, successorSalt, endedAt, ...account } = row;
  return { sessionId, expiresAt, usedAt, usedFrom, successorSalt, endedAt, account };
}

export async function rotateRefreshToken(
  tx: Transaction,
  oldHash: string,
  use: { usedAt: string; usedFrom: string; successorSalt: string },
  token: NewRefreshToken,
): Promise<void> {
  const at = sql.param(use.usedAt, sessions.lastUsedAt);
  await tx.execute(sql`
    update ${refreshTokens} join ${sessions} on ${sessions.id} = ${refreshTokens.sessionId}
    set ${refreshTokens.usedAt} = ${at}, ${refreshTokens.usedFrom} = ${use.usedFrom},
      ${refreshTokens.successorSalt} = ${use.successorSalt}, ${sessions.lastUsedAt} = ${at}
    where ${refreshTokens.hash} = ${oldHash}`);
  await insertRow(tx, refreshTokens, token);
}

export async function endSession(tx: Transaction, id: SessionId, endedAt: string): Promise<void> {
  await tx.update(sessions).set({ endedAt }).where(eq(sessions.id, id));
}

/** States in which nobody uses an account. */
const shutOut = ['suspended', 'closed'] as const;

const sessionStanding = statement({ sessionId: sessions.id }, (qb, { sessionId }) =>
  qb
    .select({ state: accounts.state, endedAt: sessions.endedAt })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(eq(sessions.id, sessionId)),
);

/** Whether a session may open a socket now: a token alone would outlive a log-out by minutes. */
export async function isSessionLive(db: Sql, sessionId: SessionId): Promise<boolean> {
  const [found] = await sessionStanding(db, { sessionId });
  return found?.endedAt === null && found.state !== 'suspended' && found.state !== 'closed';
}

const liveSessions = lockingStatement({ accountId: sessions.accountId }, (qb, { accountId }) =>
  qb
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.accountId, accountId), isNull(sessions.endedAt)))
    .for('update'),
);

/** Ends whatever sessions an account has, and gives their ids. */
export async function endSessionsOfAccount(
  tx: Transaction,
  accountId: AccountId,
  endedAt: string,
): Promise<SessionId[]> {
  const live = await liveSessions(tx, { accountId });
  await tx
    .update(sessions)
    .set({ endedAt })
    .where(and(eq(sessions.accountId, accountId), isNull(sessions.endedAt)));
  return live.map(({ id }) => id);
}

const ownSession = lockingStatement({ id: sessions.id, accountId: sessions.accountId }, (qb, { id, accountId }) =>
  qb
    .select({ endedAt: sessions.endedAt })
    .from(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.accountId, accountId)))
    .for('update'),
);

/** A session of this account, which nobody ends before this transaction does. */
export async function lockOwnSession(tx: Transaction, id: SessionId, accountId: AccountId) {
  const [session] = await ownSession(tx, { id, accountId });
  return session;
}

/** Ends the sessions of an account but one, and gives their ids. */
export async function endOtherSessions(
  tx: Transaction,
  accountId: AccountId,
  id: SessionId,
  endedAt: string,
): Promise<SessionId[]> {
  const live = await liveSessions(tx, { accountId });
  const others = live.map((session) => session.id).filter((each) => each !== id);
  if (others.length > 0) await tx.update(sessions).set({ endedAt }).where(inArray(sessions.id, others));
  return others;
}

/** The sessions of an account in which somebody may be logged in: those that have not ended, and were used since `usedSince`. */
export const accountSessions = new List({
  table: sessions,
  scope: { accountId: sessions.accountId },
  filters: {},
  orders: { new: { by: { id: sessions.id }, direction: 'desc' } },
  needs: { usedSince: sessions.createdAt },
  extraWhere: ({ usedSince }) =>
    and(isNull(sessions.endedAt), gt(sql`ifnull(${sessions.lastUsedAt}, ${sessions.createdAt})`, usedSince)),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        id: sessions.id,
        device: sessions.device,
        address: sessions.address,
        createdAt: sessions.createdAt,
        lastUsedAt: sessions.lastUsedAt,
      })
      .from(sessions, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

const liveAmongSessions = statement({ sessionIds: listOf(sessions.id) }, (qb, { sessionIds }) =>
  qb
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(
      and(sql`${sessions.id} in ${sessionIds}`, isNull(sessions.endedAt), notInArray(accounts.state, [...shutOut])),
    ),
);

/** Which of these sessions may keep their sockets, by the rule of `isSessionLive`. One that is missing has ended. */
export async function listLiveSessions(db: Sql, sessionIds: SessionId[]): Promise<SessionId[]> {
  if (sessionIds.length === 0) return [];
  const live = await liveAmongSessions(db, { sessionIds });
  return live.map(({ id }) => id);
}
