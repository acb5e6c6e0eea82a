import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Answer } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { readRoutes } from '../support/clients/routes.ts';

const rows = 12;

/** `Server-Timing: db;dur=1.2;desc="2 of 3 statements"` */
function statementsOf({ headers }: Answer): { ran: number; budget: number } {
  const [, ran, budget] = /desc="(\d+) of (\d+) statements"/u.exec(headers.get('Server-Timing') ?? '') ?? [];
  return { ran: Number(ran), budget: Number(budget) };
}

describe('the query budget of every list', () => {
  /** For each list someone who sees at least a dozen rows there, and where. */
  const lists: Record<string, { person: Person; path: string }> = {};

  beforeAll(async () => {
    const [customer, driver, admin] = await Promise.all([newCustomer(), newDriver(), newAdmin()]);
    let room = '';
    for (let index = 0; index < rows; index++) {
      const order = await placed(customer);
      const quote = await quoted(driver, order);
      const selection = await customer.post<{ room: { id: string } }>(`/v1/quotes/${quote.id}/select`);
      room = selection.body.room.id;
    }
    for (let index = 0; index < rows; index++) {
      await customer.post(`/v1/rooms/${room}/messages`, { id: randomUUID(), body: `안녕하세요 ${index}` });
    }
    const wanted = await placed(customer);
    for (let index = 0; index < rows; index++) {
      await placed(customer);
      await quoted(await newDriver(), wanted);
      await newDriver({ active: false });
    }
    lists['GET /v1/orders'] = { person: customer, path: '/v1/orders' };
    lists['GET /v1/open-orders'] = { person: driver, path: '/v1/open-orders' };
    lists['GET /v1/orders/{orderId}/quotes'] = { person: customer, path: `/v1/orders/${wanted.id}/quotes` };
    lists['GET /v1/quotes'] = { person: driver, path: '/v1/quotes' };
    lists['GET /v1/rooms'] = { person: customer, path: '/v1/rooms' };
    lists['GET /v1/rooms/{roomId}/messages'] = { person: driver, path: `/v1/rooms/${room}/messages` };
    lists['GET /v1/admin/operators'] = { person: admin, path: '/v1/admin/operators' };
  });

  it('holds for one row as for many: a list runs the same statements however long it is', async () => {
    for (const { name, budget } of (await readRoutes()).filter(({ isList }) => isList)) {
      const list = lists[name];
      if (!list) throw new Error(`${name} is a new list: give it rows in this test`);
      const short = await list.person.get<Page<unknown>>(`${list.path}?limit=1`);
      const long = await list.person.get<Page<unknown>>(`${list.path}?limit=100`);
      expect(short.body.items, name).toHaveLength(1);
      expect(long.body.items.length, name).toBeGreaterThanOrEqual(rows);
      expect({ name, ...statementsOf(long) }).toEqual({ name, ...statementsOf(short) });
      expect(statementsOf(long).ran, name).toBeLessThanOrEqual(budget);
      expect(statementsOf(long).budget, name).toBe(budget);
    }
  });
});
