import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, SessionId } from '../schema/ids.ts';
import { refreshTokens, sessions } from '../schema/sessions.ts';
import { accountColumns } from './accounts.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { listOf, lockingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';

type NewRefreshToken = Pick<typeof refreshTokens.$inferSelect, 'hash' | 'sessionId' | 'expiresAt'>;

export async function insertSession(
  tx: Transaction,
  session: Pick<typeof sessions.$inferSelect, 'id' | 'accountId' | 'createdAt'>,
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
  await tx.update(refreshTokens).set(use).where(eq(refreshTokens.hash, oldHash));
  await insertRow(tx, refreshTokens, token);
}

export async function endSession(tx: Transaction, id: SessionId, endedAt: string): Promise<void> {
  await tx.update(sessions).set({ endedAt }).where(eq(sessions.id, id));
}

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

const liveAmongSessions = statement({ sessionIds: listOf(sessions.id) }, (qb, { sessionIds }) =>
  qb
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(and(sql`${sessions.id} in ${sessionIds}`, isNull(sessions.endedAt), ne(accounts.state, 'suspended'))),
);

/** Which of these sessions may keep their sockets, by the rule of `isSessionLive`. One that is missing has ended. */
export async function listLiveSessions(db: Sql, sessionIds: SessionId[]): Promise<SessionId[]> {
  if (sessionIds.length === 0) return [];
  const live = await liveAmongSessions(db, { sessionIds });
  return live.map(({ id }) => id);
}
