import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendMessage } from '../../functions/rooms/send-message.ts';
import type { RoomId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { validOrder } from '../support/people/orders.ts';
import { logIn, newAdmin, newCustomer, newDriver, password } from '../support/people/people.ts';

import { actorOf, testPorts } from '../support/ports.ts';

const suspend = ({ id }: { id: string }) => `/v1/admin/accounts/${id}/suspend`;

describe('POST /v1/admin/accounts/{accountId}/suspend', () => {
  it('shuts an account out and ends all of its sessions', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const second = await logIn(driver.account.username);
    expect(await admin.post(suspend(driver))).toMatchObject({
      status: 200,
      body: { id: driver.id, state: 'suspended' },
    });
    for (const { refreshToken } of [driver, second]) {
      const answer = await new Client().post('/v1/sessions/refresh', { refreshToken });
      expect(answer).toMatchObject(refusal(401, 'session_ended'));
    }
    const credentials = { username: driver.account.username, password };
    expect(await new Client().post('/v1/sessions', credentials)).toMatchObject(refusal(403, 'account_suspended'));
    expect(await driver.get('/v1/open-orders')).toMatchObject(refusal(403, 'account_suspended'));
  });

  it('lets no log-in slip through that happens at the same time', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const client = new Client();
    const credentials = { username: customer.account.username, password };
    const [, ...sessions] = await Promise.all([
      admin.post(suspend(customer)),
      ...Array.from({ length: 6 }, () => client.post<{ refreshToken: string }>('/v1/sessions', credentials)),
    ]);
    for (const { status, body } of sessions) {
      expect([201, 403]).toContain(status);
      if (status !== 201) continue;
      const answer = await client.post('/v1/sessions/refresh', { refreshToken: body.refreshToken });
      expect(answer).toMatchObject(refusal(401, 'session_ended'));
    }
  });

  it('may be done again', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (let time = 0; time < 2; time++) expect((await admin.post(suspend(customer))).status).toBe(200);
  });

  it('stops whoever stands in the middle of a deal, whatever its token says', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const open = await placed(customer);
    const offer = await quoted(driver, open);
    const { room } = await selected(customer, await quoted(driver, await placed(customer)));
    const messages = `/v1/rooms/${room.id}/messages`;
    const { body: said } = await customer.post<{ seq: number }>(messages, { id: 'first', body: '안녕하세요' });
    const before = (await driver.get<{ items: unknown[] }>(messages)).body.items;
    await admin.post(suspend(customer));
    const tries: [method: string, path: string, body?: unknown][] = [
      ['POST', '/v1/orders', validOrder()],
      ['POST', `/v1/quotes/${offer.id}/select`],
      ['POST', messages, { id: 'second', body: '여보세요' }],
      ['PATCH', `${messages}/${said.seq}`, { id: 'third', body: '안녕히' }],
      ['DELETE', `${messages}/${said.seq}`],
      ['PUT', `/v1/rooms/${room.id}/read`, { seq: said.seq }],
      ['PUT', `/v1/rooms/${room.id}/mute`, { muted: true }],
    ];
    for (const [method, path, body] of tries) {
      const answer = await customer.call(path, { method, body });
      expect({ path, ...answer }).toMatchObject({ path, ...refusal(403, 'account_suspended') });
    }
    expect((await driver.get<{ items: unknown[] }>(messages)).body.items).toEqual(before);
  });

  it('is seen by the transaction that would add a message', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const { room } = await selected(customer, await quoted(driver, await placed(customer)));
    await admin.post(suspend(customer));
    const { ports } = await testPorts();
    const message = { room: room.id as RoomId, id: 'late', body: '여보세요' };
    await expect(sendMessage(ports, actorOf(customer), message)).rejects.toMatchObject({ code: 'account_suspended' });
    await expect(sendMessage(ports, actorOf(driver), message)).resolves.toMatchObject({ appended: true });
  });

  it('leaves one of two admins who suspend each other at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = await Promise.all([newAdmin(), newAdmin()]);
      const answers = await Promise.all([one.post(suspend(two)), two.post(suspend(one))]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
      const standing = await Promise.all([one, two].map((admin) => admin.get('/v1/me')));
      expect(standing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    }
  });

  it('does not bring back whom it shut out', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    await admin.post(suspend(driver));
    expect(await admin.post(`/v1/admin/operators/${driver.id}/activate`)).toMatchObject(
      refusal(409, 'account_not_pending'),
    );
  });

  it('is not for oneself', async () => {
    const admin = await newAdmin();
    for (const id of [admin.id, admin.id.toUpperCase()]) {
      expect(await admin.post(suspend({ id }))).toMatchObject(refusal(409, 'own_account'));
    }
  });

  it('finds nobody at an unknown id', async () => {
    expect(await (await newAdmin()).post(suspend({ id: randomUUID() }))).toMatchObject(refusal(404, 'not_found'));
  });
});
