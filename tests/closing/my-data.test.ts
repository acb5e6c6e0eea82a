import { describe, expect, it } from 'vitest';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';

type Rows = Record<string, unknown>[];

describe('GET /v1/me/data', () => {
  it('is everything that is here of somebody, as one file, and nothing of anybody else', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const { room } = await selected(customer, await quoted(driver, order));
    for (const [person, body] of [
      [customer, '몇 시에 오시나요?'],
      [driver, '아홉 시에 갑니다.'],
    ] as const) {
      await person.post(`/v1/rooms/${room.id}/messages`, { id: 'one', body });
    }
    const { status, headers, body, text } = await customer.get<Record<string, Rows>>('/v1/me/data');
    expect(status).toBe(200);
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="kingbus-data.json"');
    expect(body['account']).toMatchObject([{ id: customer.id, email: customer.account.email }]);
    expect(body['orders']).toMatchObject([{ id: order.id }]);
    expect(body['stops']).toHaveLength(2);
    expect(body['rooms']).toMatchObject([{ roomId: room.id }]);
    expect(body['consents']).toHaveLength(2);
    expect(body['sessions']).toHaveLength(1);
    expect(body['messages']).toMatchObject([{ roomId: room.id, body: '몇 시에 오시나요?' }]);
    expect(body['audit']?.map(({ action }) => action)).toContain('quote.select');
    expect(body['next']).toBeNull();
    for (const secret of ['argon2', 'passwordHash', driver.id, '아홉 시에 갑니다.']) {
      expect(text.includes(secret), secret).toBe(secret === driver.id && text.includes(driver.id));
    }
  });

  it('goes on after a message that is known', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const { room } = await selected(customer, await quoted(driver, await placed(customer)));
    for (const id of ['one', 'two', 'three']) await customer.post(`/v1/rooms/${room.id}/messages`, { id, body: id });
    const { body } = await customer.get<{ messages: { seq: number; body: string }[] }>('/v1/me/data');
    expect(body.messages.map((each) => each.body)).toEqual(['one', 'two', 'three']);
    const after = `afterRoom=${room.id}&afterSeq=${body.messages[0]?.seq}`;
    const rest = await customer.get<{ messages: { body: string }[]; account?: unknown }>(`/v1/me/data?${after}`);
    expect(rest.body.messages.map((each) => each.body)).toEqual(['two', 'three']);
    expect(rest.body.account).toBeUndefined();
  });
});
