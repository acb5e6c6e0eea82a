import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { OwnQuote } from '../../functions/quotes/quote-schema.ts';
import { departed, placed, quoted, selected } from '../support/people/deals.ts';
import { bulguksa, seoulStation } from '../support/people/orders.ts';
import { newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import { walk } from '../support/clients/walk.ts';

describe('GET /v1/quotes', () => {
  it('lists my quotes with the gist of their orders, newest first', async () => {
    const [customer, driver, rival] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const order = await placed(customer, { stopovers: [{ name: '휴게소', address: '경부고속도로' }] });
    const later = await placed(customer);
    const first = await quoted(driver, order);
    await quoted(rival, order);
    const second = await quoted(driver, later);
    const { status, body } = await driver.get('/v1/quotes');
    expect(status).toBe(200);
    const gist = (of: typeof order) => ({
      id: of.id,
      state: 'open',
      departure: { name: seoulStation.name },
      arrival: { name: bulguksa.name },
      departureAt: of.departureAt,
    });
    expect(body).toEqual({
      items: [
        { ...second, order: gist(later) },
        { ...first, order: gist(order) },
      ],
      nextCursor: null,
    });
  });

  it('is empty for a new operator, pending or not', async () => {
    for (const operator of [await newDriver({ active: false }), await newCompany()]) {
      expect(await operator.get('/v1/quotes')).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    }
  });

  it('walks all pages without a hole or a double, while I quote on', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.unshift((await quoted(driver, await placed(customer))).id);
    const seen = await walk<OwnQuote>(driver, '/v1/quotes', 2, async () => quoted(driver, await placed(customer)));
    expect(seen.map(({ id }) => id)).toEqual(ids);
  });

  it('lists those in a state alone', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const [waiting, taken, gone] = [await placed(customer), await placed(customer), await placed(customer)];
    const submitted = await quoted(driver, waiting);
    const won = await quoted(driver, taken);
    const late = await quoted(driver, gone);
    await selected(customer, won);
    await departed(gone);
    const ids = async (query: string) =>
      (await driver.get<Page<OwnQuote>>(`/v1/quotes?${query}`)).body.items.map(({ id }) => id);
    expect(await ids('state=submitted')).toEqual([submitted.id]);
    expect(await ids('state=selected')).toEqual([won.id]);
    expect(await ids('limit=10')).toEqual([late.id, won.id, submitted.id]);
  });
});
