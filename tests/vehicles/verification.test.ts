import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import { decideOnVehicle } from '../../functions/vehicles/decide-on-vehicle.ts';
import type { RegisteredVehicle, Vehicle } from '../../functions/vehicles/vehicle-schema.ts';
import { audit } from '../../schema/audit.ts';
import { outbox } from '../../schema/outbox.ts';
import type { AccountId, VehicleId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { database } from '../support/db/run-database.ts';
import { placed } from '../support/people/deals.ts';
import { noticeTo } from '../support/people/notices.ts';
import { validQuote } from '../support/people/orders.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { requested, verified } from '../support/people/vehicles.ts';
import { actorOf, listenTo, testPorts } from '../support/ports.ts';

const reason = '등록증의 번호와 다릅니다.';
const approve = ({ id }: { id: string }) => `/v1/admin/vehicles/${id}/approve`;
const refuse = ({ id }: { id: string }) => `/v1/admin/vehicles/${id}/refuse`;
const ifMatch = ({ version }: { version: number }) => ({ 'If-Match': `"${version}"` });

describe('the verification of a vehicle', () => {
  it('is waited for in the list of the admins, the longest first', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const waiting = [await requested(driver), await requested(driver)];
    const done = await verified(admin, driver);
    const listed = async (path: string) => {
      const items = await walk<RegisteredVehicle>(admin, path, 100);
      return items.filter(({ operator }) => operator.id === driver.id);
    };
    expect(await listed('/v1/admin/vehicles')).toEqual(
      waiting.map((vehicle) =>
        Object.assign(vehicle, {
          operator: { id: driver.id, displayName: driver.account.displayName, role: 'driver' },
        }),
      ),
    );
    expect((await listed('/v1/admin/vehicles?state=verified')).map(({ id }) => id)).toEqual([done.id]);
  });

  it('is decided once, and its operator is told and written to', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    const { ports } = await testPorts();
    const ear = await listenTo(ports.bus, driver);
    const input = { step: 'refuse', reason, versions: undefined } as const;
    const decided = await decideOnVehicle(ports, actorOf(admin), vehicle.id as VehicleId, input);
    expect(decided).toMatchObject({ state: 'refused', decisionReason: reason, decidedAt: expect.any(String) });
    await ports.delivery.settled();
    expect(ear.heard).toMatchObject([{ kind: 'event', frame: { event: 'vehicle_refused', vehicle: vehicle.id } }]);
    expect((await driver.get<Vehicle>(`/v1/me/vehicles/${vehicle.id}`)).body).toMatchObject({ decisionReason: reason });
    // Asked again, nobody is told again.
    await decideOnVehicle(ports, actorOf(admin), vehicle.id as VehicleId, input);
    await ports.delivery.settled();
    expect(ear.heard).toHaveLength(1);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, vehicle.id));
    expect(lines.filter(({ action }) => action === 'vehicle.refuse')).toMatchObject([{ actorId: admin.id }]);
    expect(JSON.stringify(lines)).not.toContain(reason);
  });

  it('is one admin’s: of two at once one wins, and the other is told the state that stands', async () => {
    const [one, other, driver] = await Promise.all([newAdmin(), newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    const answers = await Promise.all([
      one.post<RegisteredVehicle>(approve(vehicle), undefined, ifMatch(vehicle)),
      other.post<RegisteredVehicle>(refuse(vehicle), { reason }),
    ]);
    const won = answers.find(({ status }) => status === 200);
    const lost = answers.find(({ status }) => status !== 200);
    expect(lost).toMatchObject({ ...refusal(409, 'vehicle_not_requested'), body: { state: won?.body.state } });
    expect(await driver.get(`/v1/me/vehicles/${vehicle.id}`)).toMatchObject({ body: { state: won?.body.state } });
  });

  it('is of what the admin saw: an edit in between is 412, and a look at it is needed', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    const body = { seats: 12 };
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'PATCH', body, headers: ifMatch(vehicle) });
    expect(await admin.post(approve(vehicle))).toMatchObject(refusal(428, 'precondition_required'));
    expect(await admin.post(approve(vehicle), undefined, ifMatch(vehicle))).toMatchObject(
      refusal(412, 'precondition_failed'),
    );
    const again = await admin.post<Vehicle>(approve(vehicle), undefined, ifMatch({ version: vehicle.version + 1 }));
    expect(again).toMatchObject({ status: 200, body: { state: 'verified', seats: 12 } });
  });

  it('is refused for a reason alone, and never of a draft', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    for (const wrong of [{}, { reason: ' ' }, { reason: '가'.repeat(501) }]) {
      expect(await admin.post(refuse(vehicle), wrong)).toMatchObject(refusal(422, 'validation_failed'));
    }
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    expect(await admin.post(refuse(vehicle), { reason })).toMatchObject({
      ...refusal(409, 'vehicle_not_requested'),
      body: { state: 'removed' },
    });
  });

  it('is taken back where it turns out wrong: nobody sees the vehicle, no quote names it, and its operator may ask again', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const vehicle = await verified(admin, driver);
    const revoke = `/v1/admin/vehicles/${vehicle.id}/revoke`;
    const shown = async () => (await customer.get<Page<Vehicle>>(`/v1/operators/${driver.id}/vehicles`)).body.items;
    expect(await shown()).toHaveLength(1);
    const taken = await admin.post<RegisteredVehicle>(revoke, { reason });
    expect(taken).toMatchObject({ status: 200, body: { state: 'refused', decisionReason: reason } });
    expect(await shown()).toEqual([]);
    const order = await placed(customer);
    expect(await driver.post(`/v1/orders/${order.id}/quotes`, validQuote({ vehicleId: vehicle.id }))).toMatchObject({
      ...refusal(409, 'vehicle_not_verified'),
      body: { state: 'refused' },
    });
    await noticeTo(driver.account.email ?? '', /차량 확인이 취소/u);
    expect((await driver.post(`/v1/me/vehicles/${vehicle.id}/verify-request`)).status).toBe(200);
    expect(await admin.post(revoke, { reason: 'x' })).toMatchObject({ status: 409, body: { state: 'requested' } });
  });

  it('is told by mail as well: it waits in the outbox with the change', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await requested(driver);
    const { ports } = await testPorts();
    // What is recorded is not delivered here: it stays to be seen.
    const delivery = { ...ports.delivery, deliver: () => {} };
    const input = { step: 'approve', reason: null, versions: [vehicle.version] } as const;
    await decideOnVehicle({ ...ports, delivery }, actorOf(admin), vehicle.id as VehicleId, input);
    const rows = await database()
      .select()
      .from(outbox)
      .where(eq(outbox.target, driver.id as AccountId));
    const about = rows.filter(({ event }) => event['vehicle'] === vehicle.id);
    expect(new Set(about.map(({ channel, event }) => `${channel} ${String(event['event'])}`))).toEqual(
      new Set(['account vehicle_verified', 'email vehicle_verified']),
    );
  });
});

describe('GET /v1/admin/vehicles', () => {
  it('refuses what is no state', async () => {
    const admin = await newAdmin();
    expect(await admin.get<Page<unknown>>('/v1/admin/vehicles?state=gone')).toMatchObject(
      refusal(422, 'validation_failed'),
    );
  });
});
