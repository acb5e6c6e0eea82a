import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Vehicle } from '../../functions/vehicles/vehicle-schema.ts';
import { vehicles } from '../../schema/vehicles.ts';
import type { AccountId, VehicleId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { added, newPlate, requested, validVehicle, verified } from '../support/people/vehicles.ts';

const at = ({ id }: { id: string }) => `/v1/me/vehicles/${id}`;
const patch = (person: Person, vehicle: Vehicle, body: object, version: number | '*' = vehicle.version) =>
  person.call<Vehicle>(at(vehicle), {
    method: 'PATCH',
    body,
    headers: { 'If-Match': version === '*' ? '*' : `"${version}"` },
  });

describe('POST /v1/me/vehicles', () => {
  it('adds a draft, in normal form, also of an operator who waits to be verified', async () => {
    const pending = await newCompany({ active: false });
    const [region, rest] = [newPlate().slice(0, 2), newPlate().slice(2)];
    const answer = await pending.post<Vehicle>(
      '/v1/me/vehicles',
      validVehicle({ plate: ` ${region} ${rest.slice(0, 3)}-${rest.slice(3)}`, amenities: ['tv', 'tv'] }),
    );
    expect(answer).toMatchObject({
      status: 201,
      body: { plate: region + rest, state: 'draft', amenities: ['tv'], photos: [], version: 1, requestedAt: null },
    });
    expect(answer.headers.get('Location')).toBe(at(answer.body));
    const read = await pending.get<Vehicle>(at(answer.body));
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get('ETag')).toBe('"1"');
    expect((await pending.get<Page<Vehicle>>('/v1/me/vehicles')).body.items).toEqual([answer.body]);
  });

  const nextYear = new Date(Date.now() + 9 * 3600 * 1000).getUTCFullYear() + 1;
  it.each<[string, Record<string, unknown>, string]>([
    ['a private plate', { plate: '12가3456' }, '/plate'],
    ['no seat', { seats: 0 }, '/seats'],
    ['more seats than a bus has', { seats: 81 }, '/seats'],
    ['half a seat', { seats: 44.5 }, '/seats'],
    ['a year before', { year: 1989 }, '/year'],
    ['a year too far ahead', { year: nextYear + 1 }, '/year'],
    ['no model', { model: ' ' }, '/model'],
    ['a model too long', { model: '가'.repeat(61) }, '/model'],
    ['a bus of no type', { busType: 'rocket' }, '/busType'],
    ['an unknown amenity', { amenities: ['pool'] }, '/amenities/0'],
    ['a state', { state: 'verified' }, '/state'],
    ['an owner', { operatorId: crypto.randomUUID() }, '/operatorId'],
  ])('refuses %s and says where', async (_what, overrides, pointer) => {
    const answer = await (await newDriver()).post('/v1/me/vehicles', validVehicle(overrides));
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('says why a plate is none of a bus for hire', async () => {
    const driver = await newDriver();
    const answer = await driver.post('/v1/me/vehicles', validVehicle({ plate: '12가3456' }), {
      'Accept-Language': 'ko',
    });
    expect(answer.body).toMatchObject({ errors: [{ detail: expect.stringContaining('자가용') }] });
    for (const year of [1990, nextYear]) await added(driver, { year });
  });

  it('stops at 500', async () => {
    const driver = await newDriver();
    const { operatorId, model, seats, year, busType, amenities, createdAt } = {
      ...validVehicle(),
      operatorId: driver.id as AccountId,
      busType: 'standard_45' as const,
      amenities: [],
      createdAt: new Date().toISOString(),
    };
    const shared = { operatorId, model, seats, year, busType, amenities, createdAt, state: 'draft' as const };
    const rows = Array.from({ length: 499 }, () => ({
      ...shared,
      id: crypto.randomUUID() as VehicleId,
      plate: '71바1234',
    }));
    await database().insert(vehicles).values(rows);
    const last = await added(driver);
    expect(await driver.post('/v1/me/vehicles', validVehicle())).toMatchObject(refusal(409, 'too_many_vehicles'));
    await driver.call(at(last), { method: 'DELETE' });
    await added(driver);
  });
});

describe('PATCH /v1/me/vehicles/{vehicleId}', () => {
  it.each<[string, object, 'requested' | 'verified']>([
    ['plate', { plate: newPlate() }, 'requested'],
    ['model', { model: '기아 그랜버드' }, 'requested'],
    ['seats', { seats: 44 }, 'requested'],
    ['year', { year: 2021 }, 'requested'],
    ['busType', { busType: 'premium_28' }, 'requested'],
    ['amenities', { amenities: ['wifi', 'toilet'] }, 'verified'],
    ['nothing', {}, 'verified'],
  ])('of %s leaves a verified vehicle as follows: %j, %s', async (_field, changes, state) => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await verified(admin, driver);
    const answer = await patch(driver, vehicle, changes);
    expect(answer).toMatchObject({ status: 200, body: { ...changes, state } });
    expect(answer.body.version).toBe(vehicle.version + (Object.keys(changes).length > 0 ? 1 : 0));
    expect((await driver.get<Vehicle>(at(vehicle))).body).toEqual(answer.body);
    const shown = await driver.get<Page<Vehicle>>(`/v1/operators/${driver.id}/vehicles`);
    expect(shown.body.items).toHaveLength(state === 'verified' ? 1 : 0);
  });

  it('of the very same changes nothing', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { plate, model, seats, ...vehicle } = await verified(admin, driver);
    const answer = await patch(driver, { plate, model, seats, ...vehicle }, { plate: ` ${plate}`, model, seats });
    expect(answer.body).toEqual({ plate, model, seats, ...vehicle });
  });

  it('needs the version that its caller knows, and refuses another', async () => {
    const driver = await newDriver();
    const vehicle = await added(driver);
    expect(await driver.call(at(vehicle), { method: 'PATCH', body: { seats: 40 } })).toMatchObject(
      refusal(428, 'precondition_required'),
    );
    const answers = await Promise.all([40, 41, 42].map((seats) => patch(driver, vehicle, { seats })));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412, 412]);
    expect((await patch(driver, vehicle, { seats: 20 }, '*')).body).toMatchObject({ seats: 20, version: 3 });
  });

  it('keeps a refused vehicle refused, with its reason, until it is asked for again', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    await admin.post(`/v1/admin/vehicles/${vehicle.id}/refuse`, { reason: '연식이 다릅니다.' });
    const edited = await patch(driver, vehicle, { year: 2020 }, '*');
    expect(edited.body).toMatchObject({ state: 'refused', decisionReason: '연식이 다릅니다.' });
    expect((await driver.post(`${at(vehicle)}/verify-request`)).body).toMatchObject({ state: 'requested' });
  });
});

describe('a plate', () => {
  it('is of one vehicle that is verified or waits for it; drafts claim nothing', async () => {
    const [one, other] = await Promise.all([newDriver(), newDriver()]);
    const plate = newPlate();
    const [first, second] = [await added(one, { plate }), await added(other, { plate })];
    const answers = await Promise.all([
      one.post(`${at(first)}/verify-request`),
      other.post(`${at(second)}/verify-request`),
    ]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
    const [winner, loser, won, lost] =
      answers[0]?.status === 200 ? [one, other, first, second] : [other, one, second, first];
    expect(await loser.post(`${at(lost)}/verify-request`)).toMatchObject(refusal(409, 'plate_taken'));
    expect((await loser.get(at(lost))).body).toMatchObject({ state: 'draft' });
    // Nor can it be taken by an edit of what waits already.
    const waiting = await requested(loser);
    expect(await patch(loser, waiting, { plate })).toMatchObject(refusal(409, 'plate_taken'));
    // It is free with the removal of the other.
    await winner.call(at(won), { method: 'DELETE' });
    expect(await loser.post(`${at(lost)}/verify-request`)).toMatchObject({ status: 200 });
  });

  it('cannot be taken by an edit of a verified vehicle either', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const [vehicle, other] = [await verified(admin, driver), await requested(driver)];
    expect(await patch(driver, vehicle, { plate: other.plate })).toMatchObject(refusal(409, 'plate_taken'));
    expect((await driver.get(at(vehicle))).body).toEqual(vehicle);
  });
});

describe('DELETE /v1/me/vehicles/{vehicleId}', () => {
  it('removes it for good, as often as it is asked for', async () => {
    const [admin, driver, customer] = await Promise.all([newAdmin(), newDriver(), newCustomer()]);
    const [vehicle, kept] = [await verified(admin, driver), await verified(admin, driver)];
    const remove = (headers?: Record<string, string>) =>
      driver.call(at(vehicle), { method: 'DELETE', ...(headers && { headers }) });
    expect(await remove({ 'If-Match': '"1"' })).toMatchObject(refusal(412, 'precondition_failed'));
    expect([await remove(), await remove()]).toMatchObject([{ status: 204 }, { status: 204 }]);
    expect(await driver.get(at(vehicle))).toMatchObject(refusal(404, 'not_found'));
    expect(await patch(driver, vehicle, { seats: 1 }, '*')).toMatchObject(refusal(404, 'not_found'));
    expect(await driver.post(`${at(vehicle)}/verify-request`)).toMatchObject(refusal(404, 'not_found'));
    const put = { method: 'PUT', body: { fileIds: [] } };
    expect(await driver.call(`${at(vehicle)}/photos`, put)).toMatchObject(refusal(404, 'not_found'));
    for (const [who, path] of [
      [driver, '/v1/me/vehicles'],
      [customer, `/v1/operators/${driver.id}/vehicles`],
    ] as const) {
      expect((await who.get<Page<Vehicle>>(path)).body.items.map(({ id }) => id)).toEqual([kept.id]);
    }
    const [row] = await database()
      .select()
      .from(vehicles)
      .where(eq(vehicles.id, vehicle.id as VehicleId));
    expect(row).toMatchObject({ state: 'removed', takenPlate: null });
  });
});

describe('GET /v1/operators/{accountId}/vehicles', () => {
  it('shows verified vehicles of active operators, and never a plate', async () => {
    const [admin, driver, pending, customer] = await Promise.all([
      newAdmin(),
      newDriver(),
      newDriver({ active: false }),
      newCustomer(),
    ]);
    await added(driver);
    await requested(driver);
    const vehicle = await verified(admin, driver);
    const path = `/v1/operators/${driver.id}/vehicles`;
    const answer = await customer.get<Page<Vehicle>>(path);
    const { id, busType, model, seats, year, amenities, photos } = vehicle;
    expect(answer.body.items).toEqual([{ id, busType, model, seats, year, amenities, photos }]);
    expect(answer.text).not.toContain(vehicle.plate);
    await verified(admin, pending);
    for (const other of [pending.id, customer.id, crypto.randomUUID()]) {
      expect(await customer.get(`/v1/operators/${other}/vehicles`)).toMatchObject(refusal(404, 'not_found'));
    }
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    expect(await customer.get(path)).toMatchObject(refusal(404, 'not_found'));
  });
});
