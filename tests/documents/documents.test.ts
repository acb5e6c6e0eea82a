import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../functions/documents/document-schema.ts';
import { documentPolicies, missingDocuments, requiredDocuments } from '../../functions/documents/documents-policy.ts';
import type { Page } from '../../functions/http/paging.ts';
import { documentKinds, documents } from '../../schema/documents.ts';
import { files } from '../../schema/files.ts';
import type { AccountId, DocumentId, FileId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { approved, dayIn, handedIn, validDocument } from '../support/people/documents.ts';
import { newAdmin, newCompany, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { added, uploaded } from '../support/people/vehicles.ts';

const listed = async (person: Person) => (await person.get<Page<Document>>('/v1/me/documents?limit=100')).body.items;
const statesOf = async (person: Person) => (await listed(person)).map(({ state }) => state);
const remove = (person: Person, { id }: { id: string }) => person.call(`/v1/me/documents/${id}`, { method: 'DELETE' });
const isDeleted = async (id: FileId | string | null) => {
  const [row] = await database()
    .select()
    .from(files)
    .where(eq(files.id, id as FileId));
  return row?.deletedAt !== null;
};

describe('the kinds of documents', () => {
  it('are each of somebody, and needed only of those who may hand them in', () => {
    expect(Object.keys(documentPolicies)).toEqual([...documentKinds]);
    for (const { of, needed } of Object.values(documentPolicies)) {
      expect(of.length).toBeGreaterThan(0);
      expect(of).toEqual(expect.arrayContaining([...needed]));
    }
    expect(requiredDocuments('driver')).toEqual(['driver_licence']);
    expect(requiredDocuments('company')).toEqual([
      'business_registration',
      'transport_registration',
      'mutual_aid_certificate',
    ]);
    expect(requiredDocuments('customer')).toEqual([]);
  });

  it.each(
    documentKinds.flatMap((kind) =>
      (['driver', 'company'] as const).map((role) => {
        const { of, ends } = documentPolicies[kind];
        return { kind, role, ends, takes: (of as readonly string[]).includes(role) };
      }),
    ),
  )('$kind of a $role: taken $takes, with an end $ends', async ({ kind, role, ends, takes }) => {
    const operator =
      role === 'driver' ? await newDriver({ active: false, papers: false }) : await newCompany({ active: false });
    const send = async (expiresOn?: string) =>
      operator.post<Document>('/v1/me/documents', {
        kind,
        fileId: await uploaded(operator, 'document'),
        ...(expiresOn !== undefined && { expiresOn }),
      });
    const [endless, ending] = [await send(), await send(dayIn(30))];
    const pointers = [endless, ending].map(({ status, body }) =>
      status === 201 ? 'taken' : (body as unknown as { errors: { pointer: string }[] }).errors[0]?.pointer,
    );
    const without = ends ? '/expiresOn' : takes ? 'taken' : '/kind';
    expect(pointers).toEqual([without, takes ? 'taken' : '/kind']);
  });
});

describe('POST /v1/me/documents', () => {
  it('hands one in, for an admin to look at', async () => {
    const driver = await newDriver({ active: false, papers: false });
    const input = await validDocument(driver);
    const answer = await driver.post<Document>('/v1/me/documents', input);
    expect(answer).toMatchObject({
      status: 201,
      body: { ...input, state: 'requested', vehicleId: null, decidedAt: null, decisionReason: null },
    });
    expect(await listed(driver)).toEqual([answer.body]);
    expect(await driver.post('/v1/me/documents', input)).toMatchObject(refusal(422, 'validation_failed'));
  });

  it.each<[string, (driver: Person) => Promise<Record<string, unknown>>, string]>([
    ['a day that has passed', async () => ({ expiresOn: dayIn(-1) }), '/expiresOn'],
    ['a day in a hundred years', async () => ({ expiresOn: dayIn(36_500) }), '/expiresOn'],
    ['a moment for a day', async () => ({ expiresOn: new Date().toISOString() }), '/expiresOn'],
    ['a day that is none', async () => ({ expiresOn: '2027-02-30' }), '/expiresOn'],
    ['a vehicle of a licence', async (driver) => ({ vehicleId: (await added(driver)).id }), '/vehicleId'],
    ['a vehicle of somebody else', async () => certificateOf(await added(await newDriver())), '/vehicleId'],
    ['a vehicle that is removed', async (driver) => certificateOf(await removed(driver)), '/vehicleId'],
    ['a picture of a vehicle', async (driver) => ({ fileId: await uploaded(driver, 'vehicle_photo') }), '/fileId'],
    ['a file of somebody else', async () => ({ fileId: await uploaded(await newDriver(), 'document') }), '/fileId'],
    ['a file that is not there', async () => ({ fileId: crypto.randomUUID() }), '/fileId'],
    ['a kind that is none', async () => ({ kind: 'passport' }), '/kind'],
    ['a state', async () => ({ state: 'approved' }), '/state'],
  ])('refuses %s and says where', async (_what, overrides, pointer) => {
    const driver = await newDriver();
    const input = await validDocument(driver, await overrides(driver));
    const answer = await driver.post('/v1/me/documents', input);
    expect(answer).toMatchObject({ ...refusal(422, 'validation_failed'), body: { errors: [{ pointer }] } });
    expect(await listed(driver)).toEqual([]);
  });

  const certificateOf = ({ id }: { id: string }) => ({ kind: 'mutual_aid_certificate', vehicleId: id });
  async function removed(driver: Person) {
    const vehicle = await added(driver);
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    return vehicle;
  }

  it('takes today as the last day', async () => {
    expect(await handedIn(await newDriver(), { expiresOn: dayIn(0) })).toMatchObject({ state: 'requested' });
  });

  it('replaces one of the same kind that waits or was refused, and erases it', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const first = await handedIn(driver);
    const other = await handedIn(driver, { kind: 'mutual_aid_certificate' });
    const second = await handedIn(driver);
    await admin.post(`/v1/admin/documents/${second.id}/refuse`, { reason: '흐립니다.' });
    expect(await isDeleted(second.fileId)).toBe(false);
    await handedIn(driver);
    expect(await statesOf(driver)).toEqual(['requested', 'replaced', 'requested', 'replaced']);
    expect(await Promise.all([first, second, other].map(({ fileId }) => isDeleted(fileId)))).toEqual([
      true,
      true,
      false,
    ]);
    expect((await listed(driver)).map(({ fileId }) => fileId !== null)).toEqual([true, false, true, false]);
  });

  it('leaves those of other vehicles alone', async () => {
    const driver = await newDriver();
    const [one, other] = [await added(driver), await added(driver)];
    for (const vehicleId of [undefined, one.id, other.id, one.id, undefined]) {
      await handedIn(driver, { kind: 'mutual_aid_certificate', ...(vehicleId !== undefined && { vehicleId }) });
    }
    expect(await statesOf(driver)).toEqual(['requested', 'requested', 'requested', 'replaced', 'replaced']);
  });

  it('of two at once leaves one that waits', async () => {
    const driver = await newDriver();
    await Promise.all(Array.from({ length: 4 }, () => handedIn(driver)));
    const states = await statesOf(driver);
    expect(states.filter((state) => state === 'requested')).toHaveLength(1);
    expect(states.filter((state) => state === 'replaced')).toHaveLength(3);
  });
});

describe('DELETE /v1/me/documents/{documentId}', () => {
  it('takes back what is not approved, with its bytes, as often as it is asked for', async () => {
    const driver = await newDriver();
    const document = await handedIn(driver);
    expect([await remove(driver, document), await remove(driver, document)]).toMatchObject([
      { status: 204 },
      { status: 204 },
    ]);
    expect(await listed(driver)).toMatchObject([{ id: document.id, state: 'removed', fileId: null }]);
    expect(await isDeleted(document.fileId)).toBe(true);
  });

  it('does not take back what was approved: only a newer one replaces it', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await approved(admin, driver);
    expect(await remove(driver, document)).toMatchObject({
      ...refusal(409, 'document_not_removable'),
      body: { state: 'approved' },
    });
  });
});

describe('what an operator lacks', () => {
  const missing = (person: Person, at: string) =>
    missingDocuments(database(), { id: person.id as AccountId, role: person.account.role }, at);

  it('is what it needs and has no approved one of, today', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany({ active: false, papers: false })]);
    const now = new Date().toISOString();
    expect(await missing(company, now)).toEqual(requiredDocuments('company'));
    await handedIn(company, { kind: 'business_registration', expiresOn: undefined });
    expect(await missing(company, now)).toEqual(requiredDocuments('company'));
    await approved(admin, company, { kind: 'business_registration', expiresOn: undefined });
    await approved(admin, company, { kind: 'mutual_aid_certificate', expiresOn: dayIn(10) });
    expect(await missing(company, now)).toEqual(['transport_registration']);
    // To the end of its last day, by Korean time.
    const [lastMoment, next] = [`${dayIn(10)}T23:59:59+09:00`, `${dayIn(11)}T00:00:00+09:00`];
    expect(await missing(company, lastMoment)).toEqual(['transport_registration']);
    expect(await missing(company, next)).toEqual(['transport_registration', 'mutual_aid_certificate']);
  });

  it('is nothing that a removed vehicle’s certificate would give', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany()]);
    const vehicle = await added(company);
    await approved(admin, company, { kind: 'mutual_aid_certificate', vehicleId: vehicle.id });
    const now = new Date().toISOString();
    expect(await missing(company, now)).not.toContain('mutual_aid_certificate');
    await company.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    expect(await missing(company, now)).toContain('mutual_aid_certificate');
  });
});

describe('a document in the database', () => {
  it('says who decided', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { id } = await approved(admin, driver);
    const [row] = await database()
      .select()
      .from(documents)
      .where(eq(documents.id, id as DocumentId));
    expect(row).toMatchObject({ state: 'approved', decidedBy: admin.id, version: 2 });
  });
});
