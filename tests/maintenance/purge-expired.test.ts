import { randomBytes } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { connect } from '../../db/engine/connect.ts';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { idempotencyKeys } from '../../schema/idempotency.ts';
import { refreshTokens, sessions } from '../../schema/sessions.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer } from '../support/people/people.ts';

const hour = 3600 * 1000;
const day = 24 * hour;
// A time long before that of the other tests, so that nothing of theirs is old.
const now = Date.parse('2001-01-01T00:00:00Z');
const ports = {
  get db() {
    return database();
  },
  clock: { now: () => now },
};
const ago = (ms: number) => new Date(now - ms).toISOString();
const newId = createNewId(Date.now);

describe('purging what has expired', () => {
  it('deletes idempotency keys after 48 hours, a thousand as well as one', async () => {
    const accountId = (await newCustomer()).id as AccountId;
    const keys = Array.from({ length: 1100 }, (_, index) => ({
      accountId,
      key: `key-${index}`,
      fingerprint: '',
      resourceId: newId<string>(),
      createdAt: ago(index < 1050 ? 49 * hour : 47 * hour),
    }));
    await ports.db.insert(idempotencyKeys).values(keys);
    const { idempotencyKeys: deleted } = await purgeExpired(ports);
    expect(deleted).toBe(1050);
    const left = await ports.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.accountId, accountId));
    expect(left).toHaveLength(50);
  });

  it('deletes sessions 30 days after they ended or could last be refreshed, with their tokens', async () => {
    const accountId = (await newCustomer()).id as AccountId;
    const session = async (endedAt: string | null, ...expiries: string[]) => {
      const id = newId<SessionId>();
      await ports.db.insert(sessions).values({ id, accountId, createdAt: ago(90 * day), endedAt });
      for (const expiresAt of expiries) {
        const hash = randomBytes(32).toString('base64url');
        await ports.db.insert(refreshTokens).values({ hash, sessionId: id, expiresAt });
      }
      return id;
    };
    const endedLongAgo = await session(ago(31 * day), ago(-day));
    const endedLately = await session(ago(29 * day), ago(-day));
    const expiredLongAgo = await session(null, ago(40 * day), ago(31 * day));
    const expiredLately = await session(null, ago(40 * day), ago(29 * day));
    const alive = await session(null, ago(-day));

    await purgeExpired(ports);
    const ids = [endedLongAgo, endedLately, expiredLongAgo, expiredLately, alive];
    const left = await ports.db.select({ id: sessions.id }).from(sessions).where(inArray(sessions.id, ids));
    expect(new Set(left.map(({ id }) => id))).toEqual(new Set([endedLately, expiredLately, alive]));
    const tokens = await ports.db.select().from(refreshTokens).where(inArray(refreshTokens.sessionId, ids));
    expect(tokens).toHaveLength(3);
  });

  it('deletes a session of many tokens in steps of some hundred rows, not in one with all of them', async () => {
    const accountId = (await newCustomer()).id as AccountId;
    const id = newId<SessionId>();
    await ports.db.insert(sessions).values({ id, accountId, createdAt: ago(90 * day), endedAt: ago(31 * day) });
    const tokens = Array.from({ length: 1200 }, () => ({
      hash: randomBytes(32).toString('base64url'),
      sessionId: id,
      expiresAt: ago(-day),
    }));
    await ports.db.insert(refreshTokens).values(tokens);
    const deletions: number[] = [];
    const db = connect(inject('databaseUrl'), {
      connections: 1,
      observe: (sql, values) => {
        if (sql.startsWith('delete from `refresh_tokens`')) deletions.push(values.length);
        if (sql.startsWith('delete from `sessions`')) deletions.push(0);
      },
    });
    const { sessions: ended, refreshTokens: deleted } = await purgeExpired({ db, clock: ports.clock });
    await db.$client.close();
    expect({ ended, deleted }).toEqual({ ended: 1, deleted: 1200 });
    // No token is left for the session to take along.
    expect(deletions.slice(0, 4)).toEqual([500, 500, 200, 0]);
  });
});
