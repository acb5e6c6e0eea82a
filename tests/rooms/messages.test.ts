import { describe, expect, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Message } from '../../functions/rooms/room-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

describe('POST /v1/rooms/{roomId}/messages', () => {
  test('adds to the log, and sent again gives what stands there', async () => {
    const { customer, room } = await pair();
    const path = `/v1/rooms/${room}/messages`;
    const first = await customer.post<Message>(path, { id: 'one', body: '👨‍👩‍👧‍👦 가족 여행입니다\n둘째 줄' });
    expect(first).toMatchObject({ status: 201, body: { seq: 1, id: 'one', from: customer.id } });
    expect(first.body.body).toBe('👨‍👩‍👧‍👦 가족 여행입니다\n둘째 줄');
    const again = await customer.post<Message>(path, { id: 'one', body: '👨‍👩‍👧‍👦 가족 여행입니다\n둘째 줄' });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await customer.post(path, { id: 'one', body: '다른 말' })).toMatchObject(refusal(409, 'message_conflict'));
  });

  test('at once from many callers: one gapless sequence', async () => {
    const { customer, driver, room } = await pair();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 ? customer : driver).post<Message>(`/v1/rooms/${room}/messages`, {
          id: `n-${index}`,
          body: '동시에',
        }),
      ),
    );
    const sequences = answers.map(({ body }) => body.seq).toSorted((left, right) => left - right);
    expect(sequences).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  test('the room is unknown to who does not belong to it, admins too', async () => {
    const { room } = await pair();
    for (const stranger of [await newCustomer(), await newDriver(), await newAdmin()]) {
      const sent = await stranger.post(`/v1/rooms/${room}/messages`, { id: 'x', body: '들어가도 될까요' });
      expect(sent).toMatchObject(refusal(404, 'not_found'));
      expect(await stranger.get(`/v1/rooms/${room}/messages`)).toMatchObject(refusal(404, 'not_found'));
      const read = await stranger.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq: 1 } });
      expect(read).toMatchObject(refusal(404, 'not_found'));
    }
  });

  test.each([
    [{ body: '내용' }, '/id'],
    [{ id: 'a' }, '/body'],
    [{ id: 'a', body: '' }, '/body'],
    [{ id: 'a', body: '   ' }, '/body'],
    [{ id: 'a', body: 'ㄱ'.repeat(4001) }, '/body'],
    [{ id: 'a b', body: '내용' }, '/id'],
    [{ id: 'a'.repeat(65), body: '내용' }, '/id'],
    [{ id: 7, body: '내용' }, '/id'],
    [{ id: 'a', body: '내용', from: 'me' }, '/from'],
    [{ id: 'a', body: '\u0000' }, '/body'],
  ])('refuses %j', async (body, pointer) => {
    const { customer, room } = await pair();
    const answer = await customer.post(`/v1/rooms/${room}/messages`, body);
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  test('4,000 characters of Korean arrive whole', async () => {
    const { customer, driver, room } = await pair();
    const body = '가'.repeat(4000);
    expect(await customer.post(`/v1/rooms/${room}/messages`, { id: 'long', body })).toMatchObject({ status: 201 });
    const { body: page } = await driver.get<Page<Message>>(`/v1/rooms/${room}/messages`);
    expect(page.items[0]?.body).toBe(body);
  });
});

describe('GET /v1/rooms/{roomId}/messages', () => {
  test('newest first by default, oldest first after a sequence; both page to the end', async () => {
    const { customer, driver, room } = await pair();
    for (let index = 1; index <= 7; index++) {
      await customer.post(`/v1/rooms/${room}/messages`, { id: `m-${index}`, body: `${index}` });
    }
    const walk = async (query: string) => {
      const seen: number[] = [];
      for (let cursor = ''; ;) {
        const { body } = await driver.get<Page<Message>>(`/v1/rooms/${room}/messages?limit=3${query}${cursor}`);
        seen.push(...body.items.map(({ seq }) => seq));
        if (body.nextCursor === null) return seen;
        cursor = `&cursor=${body.nextCursor}`;
      }
    };
    expect(await walk('')).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await walk('&after=0')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await walk('&after=5')).toEqual([6, 7]);
    expect(await walk('&after=99')).toEqual([]);
  });
});

describe('PUT /v1/rooms/{roomId}/read', () => {
  test('moves forward only, and no further than the newest message', async () => {
    const { customer, driver, room } = await pair();
    for (const id of ['a', 'b', 'c']) await driver.post(`/v1/rooms/${room}/messages`, { id, body: id });
    const read = (seq: number) => customer.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq } });
    expect(await read(2)).toMatchObject({ status: 200, body: { read: 2, unread: 1 } });
    expect(await read(1)).toMatchObject({ body: { read: 2, unread: 1 } });
    expect(await read(1_000_000)).toMatchObject({ body: { read: 3, unread: 0 } });
    expect(await read(-1)).toMatchObject(refusal(422, 'validation_failed'));
  });
});
