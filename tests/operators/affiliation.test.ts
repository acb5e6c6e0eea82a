import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { eq } from 'drizzle-orm';
import { audit } from '../../schema/audit.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import {
  affiliate,
  askFor,
  companyCodeOf,
  newAdmin,
  newCompany,
  newCustomer,
  newDriver,
} from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const affiliation = '/v1/me/affiliation';
const at = (driver: Person, verb: string) => `/v1/me/drivers/${driver.id}/${verb}`;
const leave = (driver: Person) => driver.call(affiliation, { method: 'DELETE' });
const carrierOf = async (driver: Person) =>
  (await driver.get<{ carrier: { id: string; state: string } | null }>('/v1/me/operator')).body.carrier;
const driversOf = async (company: Person, state: string) =>
  (await company.get<Page<{ id: string }>>(`/v1/me/drivers?state=${state}`)).body.items.map(({ id }) => id);
const loneDriver = () => newDriver({ carrier: null });
const quotesFor = async (customer: Person, order: { id: string }) =>
  (await customer.get<Page<Quote>>(`/v1/orders/${order.id}/quotes`)).body.items;

describe('a driver and its carrier', () => {
  it('come together: the driver asks by the code, the company accepts', async () => {
    const [driver, company] = await Promise.all([loneDriver(), newCompany()]);
    const companyCode = await companyCodeOf(company);
    const asked = await driver.post(affiliation, {
      companyCode: `${companyCode.slice(0, 4)}-${companyCode.slice(4)}`.toLowerCase(),
    });
    const carrier = { id: company.id, displayName: company.account.displayName };
    expect(asked).toMatchObject({ status: 200, body: { carrier: { ...carrier, state: 'requested' } } });
    expect(await driversOf(company, 'requested')).toEqual([driver.id]);
    expect(await driver.get(`/v1/operators/${driver.id}`)).toMatchObject({ body: { carrier: null } });

    expect(await company.post(at(driver, 'accept'))).toMatchObject({ status: 200, body: { state: 'accepted' } });
    expect(await carrierOf(driver)).toEqual({ ...carrier, state: 'accepted' });
    expect([await driversOf(company, 'requested'), await driversOf(company, 'accepted')]).toEqual([[], [driver.id]]);
    expect(await driver.get(`/v1/operators/${driver.id}`)).toMatchObject({ body: { carrier } });
    // Whose answer was lost asks again.
    expect((await company.post(at(driver, 'accept'))).status).toBe(200);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, driver.id));
    expect(lines.map(({ action }) => action).filter((action) => action.startsWith('affiliation'))).toEqual([
      'affiliation.request',
      'affiliation.accept',
    ]);
  });

  it('belongs to one at a time', async () => {
    const [driver, company, other] = await Promise.all([loneDriver(), newCompany(), newCompany()]);
    await askFor(driver, company);
    await askFor(driver, company);
    const ask = async () => driver.post(affiliation, { companyCode: await companyCodeOf(other) });
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'carrier_named', state: 'requested' } });
    await company.post(at(driver, 'accept'));
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'carrier_named', state: 'accepted' } });
    expect((await leave(driver)).status).toBe(204);
    expect((await ask()).status).toBe(200);
    expect(await carrierOf(driver)).toMatchObject({ id: other.id, state: 'requested' });
    expect(await company.post(at(driver, 'accept'))).toMatchObject(refusal(404, 'not_found'));
  });

  it.each(['takes back what it asked', 'is refused', 'leaves', 'is removed'])('part: the driver %s', async (how) => {
    const [driver, company] = await Promise.all([loneDriver(), newCompany()]);
    await askFor(driver, company);
    if (how === 'leaves' || how === 'is removed') await company.post(at(driver, 'accept'));
    const part = () => (how.startsWith('is') ? company.post(at(driver, 'remove')) : leave(driver));
    for (let time = 0; time < 2; time++) expect([200, 204]).toContain((await part()).status);
    expect(await carrierOf(driver)).toBeNull();
    expect([await driversOf(company, 'requested'), await driversOf(company, 'accepted')]).toEqual([[], []]);
    expect(await company.post(at(driver, 'accept'))).toMatchObject({
      status: 409,
      body: { code: 'affiliation_not_requested', state: 'none' },
    });
  });

  it('are known to nobody else', async () => {
    const [driver, company, rival] = await Promise.all([loneDriver(), newCompany(), newCompany()]);
    await askFor(driver, company);
    for (const verb of ['accept', 'remove'])
      expect(await rival.post(at(driver, verb))).toMatchObject(refusal(404, 'not_found'));
    expect(await driversOf(rival, 'requested')).toEqual([]);
    expect(await company.post(affiliation, { companyCode: await companyCodeOf(rival) })).toMatchObject(
      refusal(403, 'forbidden'),
    );
  });

  it('of two who decide at once one does', async () => {
    const [driver, company] = await Promise.all([loneDriver(), newCompany()]);
    await askFor(driver, company);
    const answers = await Promise.all([
      company.post(at(driver, 'accept')),
      company.post(at(driver, 'remove')),
      leave(driver),
    ]);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
    expect(await carrierOf(driver)).toBeNull();
  });

  it('cannot be found by guessing codes', async () => {
    const [driver, company] = await Promise.all([loneDriver(), newCompany()]);
    const ask = (companyCode: string) => driver.post(affiliation, { companyCode });
    for (let time = 0; time < 10; time++)
      expect(await ask(`AAAAAAA${(time % 8) + 2}`)).toMatchObject(refusal(404, 'company_unknown'));
    const answer = await ask(await companyCodeOf(company));
    expect(answer).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  it('does not come together where the company is shut out', async () => {
    const [admin, driver, company] = await Promise.all([newAdmin(), loneDriver(), newCompany()]);
    const companyCode = await companyCodeOf(company);
    await admin.post(`/v1/admin/accounts/${company.id}/suspend`);
    expect(await driver.post(affiliation, { companyCode })).toMatchObject(refusal(404, 'company_unknown'));
  });
});

describe('the quotes of a driver', () => {
  it('name its carrier, as it was when they were sent, and those of a company none', async () => {
    const [customer, first, second] = await Promise.all([newCustomer(), newCompany(), newCompany()]);
    const driver = await newDriver({ carrier: first });
    const [order, other] = [await placed(customer), await placed(customer)];
    const sent = await quoted(driver, order);
    expect(sent.carrier).toEqual({ id: first.id, displayName: first.account.displayName });
    expect((await quoted(first, order)).carrier).toBeNull();
    const { quote } = await selected(customer, sent);
    await affiliate(driver, second);
    expect((await quoted(driver, other)).carrier?.id).toBe(second.id);
    expect((await driver.get<Quote>(`/v1/quotes/${quote.id}`)).body.carrier?.id).toBe(first.id);
    const mine = (await driver.get<Page<Quote>>('/v1/quotes')).body.items;
    expect(mine.map(({ carrier }) => carrier?.id)).toEqual([second.id, first.id]);
  });

  it('need a carrier that has accepted it and is active', async () => {
    const [admin, customer, company, pending] = await Promise.all([
      newAdmin(),
      newCustomer(),
      newCompany(),
      newCompany({ active: false }),
    ]);
    const driver = await loneDriver();
    const order = await placed(customer);
    const offer = () => driver.post(`/v1/orders/${order.id}/quotes`, validQuote());
    const refused = refusal(403, 'carrier_required');
    expect(await offer()).toMatchObject(refused);
    await askFor(driver, company);
    expect(await offer()).toMatchObject(refused);
    await affiliate(driver, pending);
    expect(await offer()).toMatchObject(refused);
    await affiliate(driver, company);
    await admin.post(`/v1/admin/accounts/${company.id}/suspend`);
    expect(await offer()).toMatchObject(refused);
    await admin.post(`/v1/admin/accounts/${company.id}/restore`);
    expect((await offer()).status).toBe(201);
  });

  it('that are open under a carrier are withdrawn with the affiliation; what is decided stays', async () => {
    const [customer, company, earlier] = await Promise.all([newCustomer(), newCompany(), newCompany()]);
    const driver = await newDriver({ carrier: earlier });
    const [old, open, won] = [await placed(customer), await placed(customer), await placed(customer)];
    const kept = await quoted(driver, old);
    await affiliate(driver, company);
    const [offer, taken] = [await quoted(driver, open), await quoted(driver, won)];
    await selected(customer, taken);
    await company.post(at(driver, 'remove'));
    const states = async () =>
      Promise.all([kept, offer, taken].map(async ({ id }) => (await driver.get<Quote>(`/v1/quotes/${id}`)).body.state));
    expect(await states()).toEqual(['submitted', 'withdrawn', 'selected']);
    expect(await customer.post(`/v1/quotes/${offer.id}/select`)).toMatchObject({
      status: 409,
      body: { code: 'quote_not_submitted', state: 'withdrawn' },
    });
    expect((await quotesFor(customer, open)).map(({ state }) => state)).toEqual(['withdrawn']);
  });

  it('selected at the moment of parting are selected or withdrawn, never both', async () => {
    const customer = await newCustomer();
    for (let round = 0; round < 4; round++) {
      const company = await newCompany();
      const driver = await newDriver({ carrier: company });
      const order = await placed(customer);
      const offer = await quoted(driver, order);
      const [selection] = await Promise.all([customer.post(`/v1/quotes/${offer.id}/select`), leave(driver)]);
      expect([200, 409]).toContain(selection.status);
      const { body } = await driver.get<Quote>(`/v1/quotes/${offer.id}`);
      expect(body.state).toBe(selection.status === 200 ? 'selected' : 'withdrawn');
      const { state } = (await customer.get<{ state: string }>(`/v1/orders/${order.id}`)).body;
      expect(state).toBe(selection.status === 200 ? 'selected' : 'open');
    }
  });
});
