import { and, asc, eq, inArray, lt, notExists, sql } from 'drizzle-orm';
import { refreshTokens, sessions } from '../schema/sessions.ts';
import type { Database, Sql } from './engine/client.ts';
import { number, statement } from './engine/statement.ts';
import { retryDeadlocks, transaction } from './engine/transaction.ts';

const tokensOfEndedSessions = statement({ before: sessions.endedAt, limit: number }, (qb, { before, limit }) =>
  qb
    .select({ hash: refreshTokens.hash })
    .from(sessions)
    .innerJoin(refreshTokens, eq(refreshTokens.sessionId, sessions.id))
    .where(lt(sessions.endedAt, before))
    .orderBy(asc(sessions.endedAt))
    .limit(limit),
);

/** Deletes refresh tokens of sessions that ended before `before`, `limit` at most. Gives how many. */
export async function deleteTokensOfEndedSessions(db: Sql, before: string, limit: number): Promise<number> {
  const tokens = await tokensOfEndedSessions(db, { before, limit });
  if (tokens.length === 0) return 0;
  const hashes = tokens.map(({ hash }) => hash);
  await retryDeadlocks(() => db.delete(refreshTokens).where(inArray(refreshTokens.hash, hashes)));
  return tokens.length;
}

/**
 * Deletes sessions that ended before `before`, `limit` at most. Gives how many. Their tokens are deleted before: a session of a
 * month has thousands, and each would be deleted with it in the same statement.
 */
export async function deleteEndedSessions(db: Sql, before: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db.delete(sessions).where(lt(sessions.endedAt, before)).orderBy(sessions.endedAt).limit(limit),
  );
  return affectedRows;
}

const expiredTokens = statement({ before: refreshTokens.expiresAt, limit: number }, (qb, { before, limit }) =>
  qb
    .select({ hash: refreshTokens.hash, sessionId: refreshTokens.sessionId })
    .from(refreshTokens)
    .where(lt(refreshTokens.expiresAt, before))
    .orderBy(asc(refreshTokens.expiresAt))
    .limit(limit),
);

/**
 * Deletes refresh tokens that expired before `before`, `limit` at most, and the sessions of which none is left. Gives how
 * many tokens.
 */
export async function deleteExpiredTokens(db: Database, before: string, limit: number): Promise<number> {
  return transaction(db, async (tx) => {
    const tokens = await expiredTokens(tx, { before, limit });
    if (tokens.length === 0) return 0;
    const hashes = tokens.map(({ hash }) => hash);
    const sessionIds = [...new Set(tokens.map(({ sessionId }) => sessionId))];
    await tx.delete(refreshTokens).where(inArray(refreshTokens.hash, hashes));
    const left = tx
      .select({ one: sql`1` })
      .from(refreshTokens)
      .where(eq(refreshTokens.sessionId, sessions.id));
    await tx.delete(sessions).where(and(inArray(sessions.id, sessionIds), notExists(left)));
    return tokens.length;
  });
}
