import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import { quoteInput } from '../../functions/quotes/quote-schema.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { submitQuote } from '../../functions/quotes/submit-quote.ts';
import type { Ports } from '../../functions/ports.ts';
import type { OrderId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { approved, dayIn, handedIn } from '../support/people/documents.ts';
import { inDays, validQuote } from '../support/people/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { added, requested, verified } from '../support/people/vehicles.ts';
import { actorOf, testPorts } from '../support/ports.ts';

const to = ({ id }: { id: string }) => `/v1/orders/${id}/quotes`;
const day = 24 * 3600 * 1000;

describe('a quote that names a vehicle', () => {
  it('shows what was verified of it, wherever it is read, and never its plate', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const order = await placed(customer);
    const vehicle = await verified(admin, driver);
    const { id, busType, model, seats, year, amenities, plate } = vehicle;
    const shown = { id, busType, model, seats, year, amenities, verified: true };
    const quote = await quoted(driver, order, { vehicleId: id });
    expect(quote.vehicle).toEqual(shown);
    for (const [who, path] of [
      [customer, `/v1/quotes/${quote.id}`],
      [customer, to(order)],
      [driver, '/v1/quotes'],
    ] as const) {
      const { body, text } = await who.get<Quote & Page<Quote>>(path);
      expect((body.items?.[0] ?? body).vehicle).toEqual(shown);
      expect(text).not.toContain(plate);
    }
    // As it is now: what was changed has to be verified again, what was removed is no promise.
    const path = `/v1/me/vehicles/${id}`;
    await driver.call(path, { method: 'PATCH', body: { seats: 44 }, headers: { 'If-Match': '*' } });
    const read = async () => (await customer.get<Quote>(`/v1/quotes/${quote.id}`)).body.vehicle;
    expect(await read()).toEqual({ ...shown, seats: 44, verified: false });
    await driver.call(path, { method: 'DELETE' });
    expect(await read()).toMatchObject({ id, verified: false });
  });

  it('has none where it names none', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    expect((await quoted(driver, await placed(customer))).vehicle).toBeNull();
  });

  it('is taken only of the operator’s own verified ones, of the same type and with seats for all', async () => {
    const [admin, customer, driver, other] = await Promise.all([newAdmin(), newCustomer(), newDriver(), newDriver()]);
    const order = await placed(customer, { passengers: 45 });
    const send = (vehicleId: string, overrides: Record<string, unknown> = {}) =>
      driver.post(to(order), validQuote({ vehicleId, ...overrides }));
    const gone = await verified(admin, driver);
    await driver.call(`/v1/me/vehicles/${gone.id}`, { method: 'DELETE' });
    for (const id of [crypto.randomUUID(), (await verified(admin, other)).id, gone.id]) {
      expect(await send(id)).toMatchObject({
        ...refusal(422, 'validation_failed'),
        body: { errors: [{ pointer: '/vehicleId' }] },
      });
    }
    for (const [vehicle, state] of [
      [await added(driver), 'draft'],
      [await requested(driver), 'requested'],
    ] as const) {
      expect(await send(vehicle.id)).toMatchObject({ ...refusal(409, 'vehicle_not_verified'), body: { state } });
    }
    const small = await verified(admin, driver, { seats: 44 });
    expect(await send(small.id)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/buses' }] } });
    expect(await send(small.id, { busType: 'premium_28', buses: 2, pricePerBus: 425_000 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/busType' }] },
    });
    const { id } = await verified(admin, driver, { seats: 45 });
    expect(await send(id)).toMatchObject({ status: 201, body: { vehicle: { id } } });
  });

  it('is taken by a driver of the carrier that it drives for, and of no other company', async () => {
    const [admin, customer, company, stranger] = await Promise.all([
      newAdmin(),
      newCustomer(),
      newCompany(),
      newCompany(),
    ]);
    const driver = await newDriver({ carrier: company });
    const order = await placed(customer);
    const send = async (owner: Person) =>
      driver.post<Quote>(to(order), validQuote({ vehicleId: (await verified(admin, owner)).id }));
    expect(await send(stranger)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/vehicleId' }] } });
    expect(await send(company)).toMatchObject({
      status: 201,
      body: { vehicle: { verified: true }, carrier: { id: company.id } },
    });
    // The company's own quotes name none of its drivers'.
    const own = { vehicleId: (await verified(admin, driver)).id };
    expect(await company.post(to(order), validQuote(own))).toMatchObject({ status: 422 });
  });

  it('is the same request with the same key, and another one with another vehicle', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const order = await placed(customer);
    const [one, other] = [await verified(admin, driver), await verified(admin, driver)];
    const send = (vehicleId: string) =>
      driver.post<Quote>(to(order), validQuote({ vehicleId }), { 'Idempotency-Key': 'bus' });
    const first = await send(one.id);
    expect((await send(one.id)).body).toEqual(first.body);
    expect(await send(other.id)).toMatchObject(refusal(422, 'idempotency_conflict'));
  });
});

describe('an operator whose document has ended', () => {
  /** What a quote comes to: `taken`, or the problem's code. */
  async function quote({ ports, driver }: { ports: Ports; driver: Person }): Promise<string> {
    const order = await placed(await newCustomer(), { departureAt: inDays(300) });
    return submitQuote(ports, actorOf(driver), order.id as OrderId, quoteInput.parse(validQuote())).then(
      () => 'taken',
      ({ code }: { code: string }) => code,
    );
  }

  it('quotes for a week more, and then no longer, whether or not a job ran', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    await approved(admin, driver, { expiresOn: dayIn(20) });
    const start = Date.now();
    const outcomes: string[] = [];
    for (const passed of [19, 20, 21, 27, 28, 100]) {
      const { ports } = await testPorts({ now: start + passed * day });
      outcomes.push(await quote({ ports, driver }));
    }
    expect(outcomes).toEqual(['taken', 'taken', 'taken', 'taken', 'documents_expired', 'documents_expired']);
    // One of another kind does not help, nor a newer one that waits; one that is approved does.
    const late = await testPorts({ now: start + 100 * day });
    await approved(admin, driver, { kind: 'business_registration', expiresOn: undefined });
    const newer = await handedIn(driver, { expiresOn: dayIn(500) });
    expect(await quote({ ...late, driver })).toBe('documents_expired');
    await admin.post(`/v1/admin/documents/${newer.id}/approve`);
    expect(await quote({ ...late, driver })).toBe('taken');
  });

  it('quotes no longer once an approval was withdrawn, until a newer one is approved', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { ports } = await testPorts();
    const { id } = await approved(admin, driver);
    const reason = '위조된 서류입니다.';
    expect(await quote({ ports, driver })).toBe('taken');
    expect(await admin.post(`/v1/admin/documents/${id}/revoke`, { reason })).toMatchObject({
      status: 200,
      body: { state: 'revoked', decisionReason: reason },
    });
    expect(await quote({ ports, driver })).toBe('documents_expired');
    expect(await driver.call(`/v1/me/documents/${id}`, { method: 'DELETE' })).toMatchObject(
      refusal(409, 'document_not_removable'),
    );
    const newer = await handedIn(driver);
    expect(await quote({ ports, driver })).toBe('documents_expired');
    await admin.post(`/v1/admin/documents/${newer.id}/approve`);
    expect(await quote({ ports, driver })).toBe('taken');
    expect((await driver.get<{ items: object[] }>('/v1/me/documents')).body.items).toMatchObject([
      { id: newer.id, state: 'approved' },
      { id, state: 'replaced' },
    ]);
  });

  it('keeps its drivers from quoting, too: the contract would be with it', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany()]);
    const driver = await newDriver({ carrier: company });
    await approved(admin, company, { kind: 'transport_registration', expiresOn: dayIn(1) });
    const late = await testPorts({ now: Date.now() + 9 * day });
    expect(await quote({ ...late, driver })).toBe('documents_expired');
    expect(await quote({ ...late, driver: await newDriver() })).toBe('taken');
  });

  it('is no operator who never handed one in, nor one whose vehicle is gone', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const late = await testPorts({ now: Date.now() + 9 * day });
    expect(await quote({ ...late, driver })).toBe('taken');
    const vehicle = await added(driver);
    await approved(admin, driver, { kind: 'mutual_aid_certificate', vehicleId: vehicle.id, expiresOn: dayIn(1) });
    expect(await quote({ ...late, driver })).toBe('documents_expired');
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    expect(await quote({ ...late, driver })).toBe('taken');
  });
});
