import { and, eq, isNull } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { change } from '../../functions/changes/change.ts';
import { discardDocuments } from '../../functions/documents/discard-documents.ts';
import type { Document } from '../../functions/documents/document-schema.ts';
import type { Page } from '../../functions/http/paging.ts';
import { discardVehicles } from '../../functions/vehicles/discard-vehicles.ts';
import type { Vehicle } from '../../functions/vehicles/vehicle-schema.ts';
import { files } from '../../schema/files.ts';
import type { AccountId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { approved, handedIn } from '../support/people/documents.ts';
import { newAdmin, newDriver } from '../support/people/people.ts';
import { added, uploaded, verified } from '../support/people/vehicles.ts';
import { actorOf, testPorts } from '../support/ports.ts';

it('an operator who goes leaves no vehicle, no document, and no byte of either', async () => {
  const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
  const vehicle = await verified(admin, driver);
  await added(driver);
  const fileIds = [await uploaded(driver, 'vehicle_photo'), await uploaded(driver, 'vehicle_photo')];
  await driver.call(`/v1/me/vehicles/${vehicle.id}/photos`, { method: 'PUT', body: { fileIds } });
  await approved(admin, driver);
  await approved(admin, driver, { kind: 'mutual_aid_certificate', vehicleId: vehicle.id });
  await handedIn(driver);
  const { ports } = await testPorts();
  const discard = () =>
    change(ports, actorOf(driver), async (tx, record) => {
      await discardVehicles(tx, record, driver.id as AccountId);
      await discardDocuments(tx, record, driver.id as AccountId);
    });
  await discard();
  // Of nobody who has nothing is anything wrong.
  await discard();
  expect((await driver.get<Page<Vehicle>>('/v1/me/vehicles')).body.items).toEqual([]);
  const { items } = (await driver.get<Page<Document>>('/v1/me/documents')).body;
  expect(items.map(({ state, fileId }) => [state, fileId])).toEqual(Array.from({ length: 3 }, () => ['removed', null]));
  const left = await database()
    .select()
    .from(files)
    .where(and(eq(files.ownerId, driver.id as AccountId), isNull(files.deletedAt)));
  expect(left).toEqual([]);
});
