import { eq, or } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { closeCodes } from '../../functions/chat/close-codes.ts';
import { deleteKeptAccounts } from '../../db/closed-accounts.ts';
import { accounts, closedAccounts } from '../../schema/accounts.ts';
import { apiKeys } from '../../schema/api-keys.ts';
import { audit } from '../../schema/audit.ts';
import type { AccountId, ApiKeyId, OrderId } from '../../schema/ids.ts';
import { operators } from '../../schema/operators.ts';
import { orders, orderStops } from '../../schema/orders.ts';
import { sessions } from '../../schema/sessions.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { noticeTo } from '../support/people/notices.ts';
import { newAdmin, newCompany, newCustomer, newDriver, password, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const close = (person: Client, secret = password) =>
  person.call('/v1/me', { method: 'DELETE', body: { password: secret } });

const rowOf = async ({ id }: Person) =>
  (
    await database()
      .select()
      .from(accounts)
      .where(eq(accounts.id, id as AccountId))
  )[0];
const keptOf = async ({ id }: Person) =>
  (
    await database()
      .select()
      .from(closedAccounts)
      .where(eq(closedAccounts.accountId, id as AccountId))
  )[0];

/** Ends a deal: its routes are yet to come. */
async function finish({ id }: { id: string }): Promise<void> {
  await database()
    .update(orders)
    .set({ state: 'completed' })
    .where(eq(orders.id, id as OrderId));
}

describe('DELETE /v1/me', () => {
  it('leaves nothing of somebody who made no deal, who is told', async () => {
    const person = await newCustomer();
    const { username, email, phone } = person.account;
    expect((await close(person)).status).toBe(204);
    expect(await rowOf(person)).toMatchObject({
      state: 'closed',
      username: expect.stringMatching(/^~[0-9a-f]{31}$/u),
      email: null,
      phone: null,
      displayName: '탈퇴한 회원',
      passwordHash: '!closed',
      closedAt: expect.any(String),
    });
    expect(await keptOf(person)).toBeUndefined();
    const [session] = await database()
      .select()
      .from(sessions)
      .where(eq(sessions.accountId, person.id as AccountId));
    expect(session).toMatchObject({ device: null, address: null, endedAt: expect.any(String) });
    await noticeTo(email ?? '', /탈퇴가 완료/u);
    const again = { ...validCustomer(), username, email: email ?? '', phone: phone ?? '' };
    expect((await new Client().post('/v1/accounts', again)).status).toBe(201);
  });

  it('ends it everywhere: no token, no password, no refresh is of anybody', async () => {
    const person = await newCustomer();
    const { username } = person.account;
    await database()
      .insert(apiKeys)
      .values({
        id: crypto.randomUUID() as ApiKeyId,
        accountId: person.id as AccountId,
        name: 'dispatch',
        hash: crypto.randomUUID(),
        hint: 'abcd',
        scopes: [],
        createdAt: new Date().toISOString(),
      });
    expect((await close(person)).status).toBe(204);
    expect(await person.get('/v1/me')).toMatchObject(refusal(401, 'unauthenticated'));
    expect(await person.post('/v1/me/codes', { target: validCustomer().email })).toMatchObject(
      refusal(401, 'unauthenticated'),
    );
    expect(await close(person)).toMatchObject(refusal(401, 'unauthenticated'));
    const refreshed = await new Client().post('/v1/sessions/refresh', { refreshToken: person.refreshToken });
    expect(refreshed).toMatchObject(refusal(401, 'session_ended'));
    const answer = await new Client().post('/v1/sessions', { username, password });
    expect(answer).toMatchObject(refusal(401, 'invalid_credentials'));
    const [key] = await database()
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.accountId, person.id as AccountId));
    expect(key?.revokedAt).not.toBeNull();
    const admin = await newAdmin();
    for (const step of ['suspend', 'restore']) {
      expect(await admin.post(`/v1/admin/accounts/${person.id}/${step}`)).toMatchObject(refusal(404, 'not_found'));
    }
  });

  it.skipIf(inject('chatOrigins').length === 0)('closes its sockets', async () => {
    const person = await newCustomer();
    const chat = await connectChat(person);
    await close(person);
    expect((await chat.closed).code).toBe(closeCodes.sessionEnded);
    await expect(connectChat(person)).rejects.toThrow();
  });

  it('asks for the password', async () => {
    const person = await newCustomer();
    expect(await close(person, 'not the password')).toMatchObject(refusal(403, 'wrong_password'));
    expect((await person.get('/v1/me')).status).toBe(200);
  });

  it('is not for an admin', async () => {
    expect(await close(await newAdmin())).toMatchObject(refusal(409, 'own_account'));
  });

  it('is refused to both while their deal runs', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    await selected(customer, await quoted(driver, order));
    for (const person of [customer, driver]) {
      expect(await close(person)).toMatchObject(refusal(409, 'deal_running'));
      expect((await person.get('/v1/me')).body).toMatchObject({ id: person.id, displayName: '김민지' });
    }
    await finish(order);
    for (const person of [customer, driver]) expect((await close(person)).status).toBe(204);
  });

  it('is refused to a carrier while a deal of its driver runs, whose contract is with it; its drivers are told', async () => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    const driver = await newDriver({ carrier: company });
    const order = await placed(customer);
    await selected(customer, await quoted(driver, order));
    expect(await close(company)).toMatchObject(refusal(409, 'deal_running'));
    await finish(order);
    expect((await close(company)).status).toBe(204);
    // It was a party: who it was is kept.
    expect((await keptOf(company))?.kept).toMatchObject({ displayName: '김민지', businessNumber: '1248100998' });
    expect((await driver.get<{ carrier: unknown }>('/v1/me/operator')).body.carrier).toBeNull();
    const lines = await database().select().from(audit).where(eq(audit.subjectId, driver.id));
    expect(lines.map(({ action }) => action)).toContain('affiliation.remove');
  });

  it.each(['operator', 'carrier'])('of two, a selection and a closing of its %s at once, one is made', async (who) => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    const driver = await newDriver({ carrier: company });
    const quote = await quoted(driver, await placed(customer));
    const closes = close(who === 'carrier' ? company : driver);
    const [selection, closing] = await Promise.all([customer.post(`/v1/quotes/${quote.id}/select`), closes]);
    expect([
      [200, 409],
      [409, 204],
    ]).toContainEqual([selection.status, closing.status]);
  });

  it('keeps who a party of a deal was for five years, apart, and then no longer', async () => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    const order = await placed(customer);
    await selected(customer, await quoted(company, order));
    await finish(order);
    for (const person of [customer, company]) expect((await close(person)).status).toBe(204);

    const kept = await keptOf(company);
    const { username, email, phone } = company.account;
    expect(kept?.kept).toMatchObject({ username, email, phone, role: 'company', businessNumber: '1248100998' });
    expect(kept?.keptUntil.slice(0, 4)).toBe(String(Number(kept?.closedAt.slice(0, 4)) + 5));
    expect((await keptOf(customer))?.kept).toMatchObject({ consents: [{ kind: 'terms' }, { kind: 'privacy' }] });
    const [face] = await database()
      .select()
      .from(operators)
      .where(eq(operators.accountId, company.id as AccountId));
    expect(face).toMatchObject({ businessNumber: null, address: null, introduction: '', serviceArea: '' });

    const until = kept?.keptUntil ?? '';
    await deleteKeptAccounts(database(), until, 500);
    expect(await keptOf(company)).toBeDefined();
    await deleteKeptAccounts(database(), new Date(Date.parse(until) + 1).toISOString(), 500);
    expect(await keptOf(company)).toBeUndefined();
  });

  it('cancels what a customer has open: their operators are told, and nothing says where to', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer, { remarks: '저희 집 앞에서 출발해 주세요.' });
    const quote = await quoted(driver, order);
    const chat = inject('chatOrigins').length === 0 ? undefined : await connectChat(driver);
    expect((await close(customer)).status).toBe(204);
    expect(await chat?.next('event')).toMatchObject(chat ? { event: 'order_cancelled', order: order.id } : {});
    expect((await driver.get<Quote>(`/v1/quotes/${quote.id}`)).body).toMatchObject({ state: 'declined' });
    expect((await driver.get<Order>(`/v1/orders/${order.id}`)).body).toMatchObject({
      state: 'cancelled',
      customer: { displayName: '탈퇴한 회원' },
      remarks: null,
    });
    const stops = await database()
      .select()
      .from(orderStops)
      .where(eq(orderStops.orderId, order.id as OrderId));
    expect(stops.map(({ address, latitude }) => [address, latitude])).toEqual(stops.map(() => ['', null]));
    const steps = await database()
      .select({ action: audit.action })
      .from(audit)
      .where(or(eq(audit.subjectId, order.id), eq(audit.subjectId, quote.id)));
    expect(steps.map(({ action }) => action)).toEqual(expect.arrayContaining(['order.cancel', 'quote.decline']));
    await chat?.close();
  });

  it('takes back what an operator has offered: its customers are told', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const quote = await quoted(driver, order);
    const chat = inject('chatOrigins').length === 0 ? undefined : await connectChat(customer);
    expect((await close(driver)).status).toBe(204);
    expect(await chat?.next('event')).toMatchObject(chat ? { event: 'quote_withdrawn', quote: quote.id } : {});
    expect((await customer.get<Quote>(`/v1/quotes/${quote.id}`)).body).toMatchObject({
      state: 'withdrawn',
      operator: { displayName: '탈퇴한 회원' },
    });
    expect(await customer.get(`/v1/operators/${driver.id}`)).toMatchObject(refusal(404, 'not_found'));
    await chat?.close();
  });

  it('leaves what others read: the room, and what was said there', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const { room } = await selected(customer, await quoted(driver, order));
    const said = { id: 'one', body: '내일 뵙겠습니다.' };
    expect((await driver.post(`/v1/rooms/${room.id}/messages`, said)).status).toBeLessThan(300);
    await finish(order);
    expect((await close(driver)).status).toBe(204);
    const log = await customer.get<{ items: { body: string }[] }>(`/v1/rooms/${room.id}/messages`);
    expect(log.body.items.map(({ body }) => body)).toContain(said.body);
    const more = await driver.post(`/v1/rooms/${room.id}/messages`, { id: 'two', body: '또 저예요.' });
    expect(more).toMatchObject(refusal(404, 'not_found'));
    const read = await driver.call(`/v1/rooms/${room.id}/mute`, { method: 'PUT', body: { muted: true } });
    expect(read.status).toBe(404);
  });
});
