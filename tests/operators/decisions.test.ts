import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { activateOperator } from '../../functions/operators/activate-operator.ts';
import { requiredDocuments } from '../../functions/documents/documents-policy.ts';
import { missingForActivation } from '../../functions/operators/activation-policy.ts';
import { audit } from '../../schema/audit.ts';
import type { AccountId } from '../../schema/ids.ts';
import { documents } from '../../schema/documents.ts';
import { operators } from '../../schema/operators.ts';
import { devNotices } from '../../schema/outbox.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { approvePapers, affiliate, newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';

const decide = (person: { id: string }, what: string) => `/v1/admin/operators/${person.id}/${what}`;

/** The texts of the mails and text messages that somebody has been sent, once there are so many. */
async function noticesOf({ account }: Person, count: number) {
  const addresses = new Set<string | null>([account.email, account.phone]);
  return vi.waitFor(
    async () => {
      const rows = await database().select().from(devNotices);
      const mine = rows.filter(({ address }) => addresses.has(address));
      if (mine.length < count) throw new Error(`${mine.length} of ${count} notices`);
      return mine.map(({ channel, body }) => ({ channel, body }));
    },
    { timeout: 10_000 },
  );
}
const linesOf = async ({ id }: { id: string }, action: string) =>
  (await database().select().from(audit).where(eq(audit.subjectId, id))).filter((line) => line.action === action);

describe('what a verification needs', () => {
  it.each([
    ['driver', null, 'none', [], ['carrier']],
    ['driver', null, 'requested', [], ['carrier']],
    ['driver', null, 'accepted', [], []],
    ['driver', null, 'accepted', ['driver_licence'], ['driver_licence']],
    ['company', null, 'none', [], ['business_number']],
    ['company', '1248100998', 'none', [], []],
    ['company', '1248100998', 'none', ['transport_registration'], ['transport_registration']],
  ] as const)(
    'of a %s with number %s, affiliation %s, without %j: %j',
    (role, businessNumber, affiliation, missingDocuments, missing) => {
      expect(missingForActivation({ role, businessNumber, affiliation, missingDocuments })).toEqual(missing);
    },
  );

  it('is told to the admin who asks too early, and then enough', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false, carrier: null })]);
    expect(await admin.post(decide(driver, 'activate'))).toMatchObject({
      status: 409,
      body: { code: 'activation_incomplete', errors: [{ pointer: '/carrier', detail: expect.any(String) }] },
    });
    expect((await driver.get('/v1/me')).body).toMatchObject({ state: 'pending' });
    await affiliate(driver, await newCompany());
    expect(await admin.post(decide(driver, 'activate'))).toMatchObject({ status: 200, body: { state: 'active' } });
  });

  it('holds for papers that nobody has approved, and for what has ended', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany({ active: false, papers: false })]);
    const kinds = requiredDocuments('company');
    const asked = await admin.post(decide(company, 'activate'));
    expect(asked).toMatchObject({ status: 409, body: { errors: kinds.map((kind) => ({ pointer: `/${kind}` })) } });
    expect((await company.get('/v1/me/operator')).body).toMatchObject({ missing: kinds });
    await approvePapers(company);
    await database()
      .update(documents)
      .set({ expiresOn: '2026-01-01' })
      .where(eq(documents.operatorId, company.id as AccountId));
    expect(await admin.post(decide(company, 'activate'))).toMatchObject({ status: 409 });
    await approvePapers(company);
    expect(await admin.post(decide(company, 'activate'))).toMatchObject({ status: 200, body: { state: 'active' } });
  });

  it('holds for a company whose number is not known', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany({ active: false })]);
    await database()
      .update(operators)
      .set({ businessNumber: null })
      .where(eq(operators.accountId, company.id as AccountId));
    expect(await admin.post(decide(company, 'activate'))).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/business_number' }] },
    });
  });

  it('may be passed over at the console alone, which the audit says', async () => {
    const [{ ports }, admin] = await Promise.all([testPorts(), newAdmin()]);
    const driver = await newDriver({ active: false, carrier: null });
    const id = driver.id as AccountId;
    const account = { ...actorOfAdmin(admin) };
    await expect(activateOperator(ports, account, id, { override: true })).rejects.toMatchObject({
      code: 'activation_incomplete',
    });
    await activateOperator(ports, { kind: 'console' }, id, { override: true });
    expect(await linesOf(driver, 'operator.activate')).toMatchObject([
      { actorKind: 'console', details: { without: ['carrier'] } },
    ]);
  });
});

const actorOfAdmin = (admin: Person) => ({
  kind: 'account' as const,
  accountId: admin.id as AccountId,
  role: 'admin' as const,
  sessionId: randomUUID() as never,
  expiresAt: Date.now() + 60_000,
  address: '127.0.0.1',
  requestId: 'test',
  mustBeActive: true,
});

describe('POST /v1/admin/operators/{accountId}/refuse', () => {
  it('tells the operator why, by mail too; it waits on, and may be verified later', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    const reason = '면허증 사진이 흐립니다.';
    expect(await admin.post(decide(driver, 'refuse'), { reason })).toMatchObject({
      status: 200,
      body: { id: driver.id, state: 'pending' },
    });
    expect((await driver.get('/v1/me/operator')).body).toMatchObject({ state: 'pending', decisionReason: reason });
    const notices = await noticesOf(driver, 2);
    expect(notices.find(({ channel }) => channel === 'email')?.body).toContain(`사유: ${reason}`);
    expect(notices.find(({ channel }) => channel === 'sms')?.body).not.toContain(reason);
    const lines = await linesOf(driver, 'operator.refuse');
    expect(lines).toMatchObject([{ actorId: admin.id, details: null }]);

    await admin.post(decide(driver, 'activate'));
    expect((await driver.get('/v1/me/operator')).body).toMatchObject({ state: 'active', decisionReason: null });
  });

  it('is for those who wait alone', async () => {
    const [admin, active, customer] = await Promise.all([newAdmin(), newDriver(), newCustomer()]);
    const reason = '확인 불가';
    expect(await admin.post(decide(active, 'refuse'), { reason })).toMatchObject({
      status: 409,
      body: { code: 'account_not_pending', state: 'active' },
    });
    for (const id of [customer.id, admin.id, randomUUID(), 'x'])
      expect(await admin.post(decide({ id }, 'refuse'), { reason })).toMatchObject(refusal(404, 'not_found'));
  });

  it.each([
    {},
    { reason: '' },
    { reason: ' ' },
    { reason: 'x'.repeat(501) },
    { reason: 1 },
    { reason: 'x', state: 'active' },
  ])('needs a reason: not %j', async (body) => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    expect(await admin.post(decide(driver, 'refuse'), body)).toMatchObject(refusal(422, 'validation_failed'));
  });
});

describe('a suspension with a reason', () => {
  it('is told by mail, since nothing else reaches who is shut out, and so is its end', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const at = (what: string) => `/v1/admin/accounts/${customer.id}/${what}`;
    const reason = '허위 주문이 여러 번 신고되었습니다.';
    expect((await admin.post(at('suspend'), { reason })).status).toBe(200);
    const mail = (await noticesOf(customer, 2)).find(({ channel }) => channel === 'email');
    expect(mail?.body).toContain(`사유: ${reason}`);
    const page = () => admin.get<{ decisionReason: string | null }>(`/v1/admin/accounts/${customer.id}`);
    expect((await page()).body.decisionReason).toBe(reason);
    // Again, with another reason: nothing changes, and nobody is told.
    await admin.post(at('suspend'), { reason: '다른 이유' });
    expect((await page()).body.decisionReason).toBe(reason);
    await admin.post(at('restore'));
    expect((await page()).body.decisionReason).toBeNull();
    expect(await noticesOf(customer, 4)).toHaveLength(4);
    expect(await linesOf(customer, 'account.suspend')).toMatchObject([{ actorId: admin.id, details: null }]);
  });

  it.each([{ reason: '' }, { reason: 5 }, { why: 'x' }, []])('takes no body like %j', async (body) => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const answer = await admin.post(`/v1/admin/accounts/${customer.id}/suspend`, body);
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect((await customer.get('/v1/me')).body).toMatchObject({ state: 'active' });
  });
});
