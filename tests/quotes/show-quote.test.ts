import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

describe('GET /v1/quotes/{quoteId}', () => {
  it('shows a quote to its operator, to the order’s customer and to admins', async () => {
    const [customer, driver, admin] = await Promise.all([newCustomer(), newDriver(), newAdmin()]);
    const quote = await quoted(driver, await placed(customer));
    for (const person of [customer, driver, admin]) {
      expect(await person.get(`/v1/quotes/${quote.id}`)).toMatchObject({ status: 200, body: quote });
    }
  });

  it('does not exist for rivals and for other customers', async () => {
    const [customer, driver, rival, other] = await Promise.all([
      newCustomer(),
      newDriver(),
      newCompany(),
      newCustomer(),
    ]);
    const order = await placed(customer);
    const quote = await quoted(driver, order);
    await quoted(rival, order);
    for (const person of [rival, other]) {
      expect(await person.get(`/v1/quotes/${quote.id}`)).toMatchObject(refusal(404, 'not_found'));
    }
  });

  it.each([randomUUID(), 'x'])('finds nothing at %s', async (id) => {
    expect(await (await newAdmin()).get(`/v1/quotes/${id}`)).toMatchObject(refusal(404, 'not_found'));
  });
});
