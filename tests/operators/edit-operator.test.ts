import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { affiliate, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

interface Profile {
  version: number;
  companyCode: string | null;
}

const path = '/v1/me/operator';
const edit = (person: Person, body: unknown, ifMatch?: string) =>
  person.call<Profile & Record<string, unknown>>(path, {
    method: 'PATCH',
    body,
    ...(ifMatch !== undefined && { headers: { 'If-Match': ifMatch } }),
  });

describe('GET /v1/me/operator', () => {
  it('shows a company what it registered with, and the code for its drivers', async () => {
    const company = await newCompany();
    const { status, body, headers } = await company.get<Profile>(path);
    expect({ status, etag: headers.get('ETag') }).toEqual({ status: 200, etag: '"1"' });
    expect(body).toEqual({
      id: company.id,
      role: 'company',
      state: 'active',
      displayName: company.account.displayName,
      introduction: '전국 어디나 모십니다.',
      serviceArea: '전국',
      regions: [],
      videoLink: null,
      garage: null,
      fleetSize: 12,
      address: '경기도 수원시 영통구 삼성로 129',
      contactPhone: null,
      businessNumber: '1248100998',
      registrationNumber: null,
      companyCode: expect.stringMatching(/^[A-HJKMNP-TV-Z2-9]{8}$/u),
      carrier: null,
      missing: [],
      decisionReason: null,
      rating: null,
      reviewCount: 0,
      version: 1,
    });
  });

  it('says what a driver still needs', async () => {
    const driver = await newDriver({ active: false, carrier: null });
    expect((await driver.get(path)).body).toMatchObject({ companyCode: null, carrier: null, missing: ['carrier'] });
    const company = await newCompany();
    await affiliate(driver, company);
    expect((await driver.get(path)).body).toMatchObject({
      carrier: { id: company.id, displayName: company.account.displayName, state: 'accepted' },
      missing: [],
    });
  });
});

describe('PATCH /v1/me/operator', () => {
  it('changes what is named, in its normal form, and what others see of it', async () => {
    const [company, customer] = await Promise.all([newCompany(), newCustomer()]);
    const { status, body, headers } = await edit(
      company,
      {
        introduction: '45인승 스무 대를 직접 운영합니다.',
        regions: ['41', '11', '11'],
        videoLink: 'https://YouTu.be/abc',
        garage: '경기도 화성시 봉담읍 1',
        contactPhone: '1588-1234',
        registrationNumber: '제2026-12호',
        fleetSize: 20,
      },
      '"1"',
    );
    expect({ status, etag: headers.get('ETag') }).toEqual({ status: 200, etag: '"2"' });
    const changed = {
      introduction: '45인승 스무 대를 직접 운영합니다.',
      regions: ['11', '41'],
      videoLink: 'https://youtu.be/abc',
      fleetSize: 20,
      serviceArea: '전국',
    };
    expect(body).toMatchObject({ ...changed, contactPhone: '15881234', registrationNumber: '제2026-12호' });
    const face = (await customer.get<object>(`/v1/operators/${company.id}`)).body;
    expect(face).toMatchObject({ ...changed, verified: true });
    expect(face).not.toHaveProperty('contactPhone');
    expect((await edit(company, { regions: [], videoLink: null, contactPhone: null }, '"2"')).body).toMatchObject({
      regions: [],
      videoLink: null,
      contactPhone: null,
      garage: '경기도 화성시 봉담읍 1',
      version: 3,
    });
  });

  it('meets the version that its caller knows: of two at once one is told to look again', async () => {
    const company = await newCompany();
    expect(await edit(company, { garage: '수원' })).toMatchObject(refusal(428, 'precondition_required'));
    expect(await edit(company, { garage: '수원' }, '"7"')).toMatchObject(refusal(412, 'precondition_failed'));
    const answers = await Promise.all(['수원', '화성'].map((garage) => edit(company, { garage }, '"1"')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect((await company.get<Profile>(path)).body.version).toBe(2);
  });

  it('may be done by an operator who waits, and not by whom it does not concern', async () => {
    const [pending, customer] = await Promise.all([newDriver({ active: false }), newCustomer()]);
    expect((await edit(pending, { introduction: '' }, '*')).status).toBe(200);
    expect(await edit(customer, { introduction: '' }, '*')).toMatchObject(refusal(403, 'forbidden'));
  });

  it.each([
    ['fleetSize', 3],
    ['address', '수원'],
    ['registrationNumber', '1'],
  ])('lets no driver have the %s of a company', async (name, value) => {
    const answer = await edit(await newDriver(), { [name]: value }, '*');
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${name}` }] } });
  });

  it.each([
    ['role', 'admin'],
    ['state', 'active'],
    ['companyCode', 'ABCDEF23'],
    ['businessNumber', '124-81-00998'],
    ['carrier', null],
    ['reviewCount', 9],
    ['version', 1],
    ['regions', ['99']],
    ['regions', 'ㄱ'],
    ['videoLink', 'http://10.0.0.1/'],
    ['contactPhone', '119'],
    ['fleetSize', 0],
    ['serviceArea', ''],
  ])('takes no %s of %j', async (name, value) => {
    const company = await newCompany();
    const before = (await company.get(path)).body;
    expect(await edit(company, { [name]: value }, '*')).toMatchObject(refusal(422, 'validation_failed'));
    expect((await company.get(path)).body).toEqual(before);
  });
});

describe('POST /v1/me/operator/code', () => {
  it('gives a company another code; the old one names nobody', async () => {
    const company = await newCompany();
    const old = (await company.get<Profile>(path)).body.companyCode;
    const { status, body } = await company.post<Profile>(`${path}/code`);
    expect(status).toBe(200);
    expect(body.companyCode).not.toBe(old);
    expect((await company.get<Profile>(path)).body.companyCode).toBe(body.companyCode);
    const driver = await newDriver({ active: false, carrier: null });
    const ask = (companyCode: string | null) => driver.post('/v1/me/affiliation', { companyCode });
    expect(await ask(old)).toMatchObject(refusal(404, 'company_unknown'));
    expect((await ask(body.companyCode)).status).toBe(200);
  });
});
