import { inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Vehicle } from '../../functions/vehicles/vehicle-schema.ts';
import { files } from '../../schema/files.ts';
import type { FileId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { added, uploaded, verified } from '../support/people/vehicles.ts';

const put = (person: Person, { id }: { id: string }, fileIds: readonly string[], headers?: Record<string, string>) =>
  person.call<Vehicle>(`/v1/me/vehicles/${id}/photos`, {
    method: 'PUT',
    body: { fileIds },
    ...(headers && { headers }),
  });
const sent = (person: Person, count: number) =>
  Promise.all(Array.from({ length: count }, () => uploaded(person, 'vehicle_photo')));
const rowsOf = async (ids: readonly FileId[]) => {
  const rows = await database()
    .select()
    .from(files)
    .where(inArray(files.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
};

describe('PUT /v1/me/vehicles/{vehicleId}/photos', () => {
  it('shows them in their order, to everybody once the vehicle is verified', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await verified(admin, driver);
    const [one, two, three] = (await sent(driver, 3)) as [FileId, FileId, FileId];
    const answer = await put(driver, vehicle, [three, one, two, one]);
    expect(answer.status).toBe(200);
    expect(answer.body.photos.map(({ id }) => id)).toEqual([three, one, two]);
    const keys = await rowsOf([one, two, three]);
    expect(answer.body.photos[0]).toEqual({
      id: three,
      url: `/files/${keys.get(three)?.key}`,
      width: null,
      height: null,
    });
    // Pictures are the operator's own word: nobody has to look again.
    expect(answer.body).toMatchObject({ state: 'verified', version: vehicle.version + 1 });
    const { body } = await admin.get<{ items: Vehicle[] }>(`/v1/operators/${driver.id}/vehicles`);
    expect(body.items[0]?.photos).toEqual(answer.body.photos);
    expect([...keys.values()].map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
  });

  it('deletes those that are left out, and those of a vehicle that is removed', async () => {
    const driver = await newDriver();
    const vehicle = await added(driver);
    const [one, two, three] = (await sent(driver, 3)) as [FileId, FileId, FileId];
    await put(driver, vehicle, [one, two]);
    expect((await put(driver, vehicle, [two, three])).body.photos.map(({ id }) => id)).toEqual([two, three]);
    const deleted = async () => {
      const rows = await rowsOf([one, two, three]);
      return [one, two, three].map((id) => rows.get(id)?.deletedAt !== null);
    };
    expect(await deleted()).toEqual([true, false, false]);
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    expect(await deleted()).toEqual([true, true, true]);
  });

  it('takes the same again without a change', async () => {
    const driver = await newDriver();
    const vehicle = await added(driver);
    const ids = await sent(driver, 2);
    const first = await put(driver, vehicle, ids);
    expect((await put(driver, vehicle, ids)).body).toEqual(first.body);
    expect((await put(driver, vehicle, [], { 'If-Match': '"1"' })).status).toBe(412);
    expect((await put(driver, vehicle, [], { 'If-Match': '"2"' })).body).toMatchObject({ photos: [], version: 3 });
  });

  it('takes only unused uploads of the same operator that were sent for this, and all or none', async () => {
    const [driver, other] = await Promise.all([newDriver(), newDriver()]);
    const [vehicle, second] = [await added(driver), await added(driver)];
    const [good, used] = (await sent(driver, 2)) as [FileId, FileId];
    await put(driver, second, [used]);
    const wrong = [
      used,
      await uploaded(other, 'vehicle_photo'),
      await uploaded(driver, 'document'),
      crypto.randomUUID(),
    ];
    for (const id of wrong) {
      const answer = await put(driver, vehicle, [good, id]);
      expect(answer).toMatchObject({
        ...refusal(422, 'validation_failed'),
        body: { errors: [{ pointer: '/fileIds' }] },
      });
    }
    expect((await driver.get<Vehicle>(`/v1/me/vehicles/${vehicle.id}`)).body).toEqual(vehicle);
    expect((await rowsOf([good])).get(good)).toMatchObject({ state: 'pending' });
    expect((await put(driver, vehicle, [good])).status).toBe(200);
  });

  it('are ten at most', async () => {
    const driver = await newDriver();
    const vehicle = await added(driver);
    const ids = await sent(driver, 11);
    expect(await put(driver, vehicle, ids)).toMatchObject(refusal(422, 'validation_failed'));
    expect((await put(driver, vehicle, ids.slice(1))).body.photos).toHaveLength(10);
  });

  it('of two at once are the one’s or the other’s', async () => {
    const driver = await newDriver();
    const vehicle = await added(driver);
    const [some, others] = [await sent(driver, 2), await sent(driver, 2)];
    const answers = await Promise.all([put(driver, vehicle, some), put(driver, vehicle, others)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await driver.get<Vehicle>(`/v1/me/vehicles/${vehicle.id}`);
    expect([some, others]).toContainEqual(body.photos.map(({ id }) => id));
  });
});
