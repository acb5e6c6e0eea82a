import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { registration } from '../../functions/accounts/register-account.ts';
import type { AccountId } from '../../schema/ids.ts';
import { operatorRegions, operators } from '../../schema/operators.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCompany, newCustomer, newDriver, register, validDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

interface Card {
  id: string;
  rating: number | null;
  regions: string[];
}

/** As reviews would. */
async function rate(operator: Person, points: number, count: number): Promise<void> {
  const accountId = operator.id as AccountId;
  await database()
    .update(operators)
    .set({ ratingPoints: points, reviewCount: count })
    .where(eq(operators.accountId, accountId));
  const [row] = await database()
    .select({ score: operators.score })
    .from(operators)
    .where(eq(operators.accountId, accountId));
  await database()
    .update(operatorRegions)
    .set({ score: row?.score ?? 0 })
    .where(eq(operatorRegions.accountId, accountId));
}

const driveIn = async (operator: Person, regions: string[]) =>
  expect(
    (await operator.call('/v1/me/operator', { method: 'PATCH', body: { regions }, headers: { 'If-Match': '*' } }))
      .status,
  ).toBe(200);

describe('GET /v1/regions', () => {
  it('is there for anybody, and may be kept for a day', async () => {
    const { status, body, headers } = await new Client().get<{ items: object[] }>('/v1/regions');
    expect({ status, items: body.items.length }).toEqual({ status: 200, items: 17 });
    expect(body.items[0]).toEqual({ code: '11', korean: '서울특별시', english: 'Seoul' });
    expect(headers.get('Cache-Control')).toBe('public, max-age=86400');
  });
});

describe('GET /v1/operators', () => {
  it('lists active operators: those of a region, the newest or the best rated first', async () => {
    const [customer, admin] = await Promise.all([newCustomer(), newAdmin()]);
    const [good, best, unrated, gone, elsewhere, pending] = await Promise.all([
      newCompany(),
      newCompany(),
      newDriver(),
      newDriver(),
      newCompany(),
      newDriver({ active: false }),
    ]);
    for (const each of [good, best, unrated, gone, pending]) await driveIn(each, ['36', '50']);
    await driveIn(elsewhere, ['27']);
    await rate(good, 81, 10);
    await rate(best, 19, 2);
    await admin.post(`/v1/admin/accounts/${gone.id}/suspend`);
    const of = new Set([good, best, unrated, gone, elsewhere, pending].map(({ id }) => id));
    const list = async (query: string, limit = 100) =>
      (await walk<Card>(customer, `/v1/operators?${query}`, limit)).filter(({ id }) => of.has(id));
    const ids = (cards: Card[]) => cards.map(({ id }) => id);

    for (const limit of [100, 2]) {
      expect(ids(await list('region=50&sort=rating', limit))).toEqual([best.id, good.id, unrated.id]);
      const byTime = [good.id, best.id, unrated.id].toSorted().toReversed();
      expect(ids(await list('region=36', limit))).toEqual(byTime);
      expect(ids(await list('sort=new', limit)).toSorted()).toEqual([...byTime, elsewhere.id].toSorted());
      expect(ids(await list('sort=rating', limit)).slice(0, 2)).toEqual([best.id, good.id]);
    }
    const [card] = await list('region=50&sort=rating');
    expect(card).toEqual({
      id: best.id,
      role: 'company',
      displayName: best.account.displayName,
      serviceArea: '전국',
      regions: ['36', '50'],
      rating: 4.8,
      reviewCount: 2,
    });
    for (const reader of [customer, admin]) {
      const there = await walk<Card>(reader, '/v1/operators?region=27', 100);
      expect(ids(there)).toContain(elsewhere.id);
      expect(ids(there)).not.toContain(good.id);
    }
  });

  it('keeps the order by rating when an operator drives elsewhere', async () => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    await rate(company, 10, 1);
    await driveIn(company, ['31']);
    const [first] = await walk<Card>(customer, '/v1/operators?region=31&sort=rating', 100);
    expect(first).toMatchObject({ id: company.id, rating: 5 });
  });

  it.each(['region=99', 'region=', 'sort=price', 'state=pending'])('refuses ?%s', async (query) => {
    expect(await (await newCustomer()).get(`/v1/operators?${query}`)).toMatchObject(refusal(422, 'validation_failed'));
  });
});

describe('a registration', () => {
  it('may name regions', async () => {
    const driver = await register({ ...validDriver(), regions: ['11', '41'] });
    expect((await driver.get('/v1/me/operator')).body).toMatchObject({
      regions: ['11', '41'],
      serviceArea: '서울·경기',
    });
    expect(registration.safeParse({ ...validDriver(), regions: ['서울'] }).success).toBe(false);
  });
});
