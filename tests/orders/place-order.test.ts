import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { orderAmenities } from '../../schema/orders.ts';
import { refusal } from '../support/clients/client.ts';
import { bulguksa, inDays, seoulStation, validOrder, weekdayIn } from '../support/people/orders.ts';
import { newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { textOf } from '../support/unicode.ts';

const gangneung = { name: '강릉역', address: '강원특별자치도 강릉시 용지로 176', latitude: 37.764, longitude: 128.899 };

describe('POST /v1/orders', () => {
  it('places an order that is open, with its places in travelling order', async () => {
    const customer = await newCustomer();
    const { status, body, headers } = await customer.post<Order>(
      '/v1/orders',
      validOrder({
        stopovers: [gangneung],
        amenities: ['wifi', 'usb', 'wifi'],
        remarks: '첫 줄 🚌\n둘째 줄',
        driverStays: true,
      }),
    );
    expect(status).toBe(201);
    expect(headers.get('Location')).toBe(`/v1/orders/${body.id}`);
    expect(headers.get('ETag')).toBe('"1"');
    expect(body).toEqual({
      id: expect.any(String),
      state: 'open',
      version: 1,
      customer: { id: customer.id, displayName: customer.account.displayName },
      kind: 'one_way',
      purpose: 'tour',
      departure: seoulStation,
      stopovers: [gangneung],
      arrival: bulguksa,
      departureAt: new Date(inDays(14)).toISOString(),
      returnAt: null,
      weekdays: null,
      termEndsOn: null,
      passengers: 38,
      buses: 1,
      amenities: ['wifi', 'usb'],
      driverStays: true,
      driverSchedule: null,
      remarks: '첫 줄 🚌\n둘째 줄',
      distanceKm: expect.any(Number),
      selectedQuoteId: null,
      placedAt: expect.any(String),
      selectedAt: null,
    });
  });

  it('estimates the way by road, where it knows the places', async () => {
    const customer = await newCustomer();
    const known = await customer.post<Order>('/v1/orders', validOrder());
    expect(known.body.distanceKm).toBeGreaterThan(300);
    expect(known.body.distanceKm).toBeLessThan(450);
    const { latitude: _, longitude: __, ...somewhere } = bulguksa;
    const unknown = await customer.post<Order>('/v1/orders', validOrder({ arrival: somewhere }));
    expect(unknown.body).toMatchObject({
      distanceKm: null,
      arrival: { ...somewhere, latitude: null, longitude: null },
    });
  });

  it('takes a round trip with its return, and a shuttle with its term', async () => {
    const customer = await newCustomer();
    const round = await customer.post('/v1/orders', validOrder({ kind: 'round_trip', returnAt: inDays(16) }));
    expect(round).toMatchObject({ status: 201, body: { returnAt: new Date(inDays(16)).toISOString() } });
    const termEndsOn = inDays(100).slice(0, 10);
    const weekdays = [weekdayIn(14), weekdayIn(16)];
    const shuttle = await customer.post(
      '/v1/orders',
      validOrder({ kind: 'shuttle', purpose: 'school', weekdays, termEndsOn }),
    );
    expect(shuttle).toMatchObject({ status: 201, body: { weekdays, termEndsOn } });
  });

  it('answers with what is read later, whatever was in it', async () => {
    const customer = await newCustomer();
    const degrees = (most: number) =>
      fc.double({ min: -most, max: most, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));
    const written = (length: number) =>
      fc
        .oneof(
          textOf(),
          fc.array(fc.constantFrom('"', '\\', "'", '\n', '%', '?', '{', '}', ' ')).map((all) => all.join('')),
        )
        .map((text) => `역${text}`.slice(0, length));
    const named = { name: written(60), address: written(200) };
    const place = fc.oneof(fc.record(named), fc.record({ ...named, latitude: degrees(90), longitude: degrees(180) }));
    const trip = fc.record(
      {
        departure: place,
        arrival: place,
        stopovers: fc.array(place, { maxLength: 10 }),
        amenities: fc.subarray([...orderAmenities]),
        driverStays: fc.boolean(),
        driverSchedule: written(500),
        remarks: written(1000),
        departureAt: fc
          .integer({ min: 1, max: 600 * 24 * 3600 * 1000 })
          .map((ms) => new Date(Date.now() + 3_600_000 + ms).toISOString()),
      },
      { requiredKeys: [] },
    );
    let placed = 0;
    const reads = fc.asyncProperty(trip, async (more) => {
      const answer = await customer.post<Order>('/v1/orders', validOrder(more));
      // Not every text that is written fits.
      if (answer.status === 422) return;
      placed++;
      const [one, { body: list }] = await Promise.all([
        customer.get<Order>(`/v1/orders/${answer.body.id}`),
        customer.get<Page<Order>>('/v1/orders?limit=1'),
      ]);
      expect(one.body).toEqual(answer.body);
      expect(list.items).toEqual([answer.body]);
    });
    await fc.assert(reads, { numRuns: 40 });
    expect(placed).toBeGreaterThan(10);
  });

  describe('with something wrong in it', () => {
    let customer: Person;
    beforeAll(async () => {
      customer = await newCustomer();
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['a departure that has passed', { departureAt: '2020-01-01T09:00:00+09:00' }, '/departureAt'],
      ['a departure in three years', { departureAt: inDays(1100) }, '/departureAt'],
      ['a departure without a zone', { departureAt: '2027-01-01T09:00:00' }, '/departureAt'],
      ['a day that does not exist', { departureAt: '2027-02-30T09:00:00+09:00' }, '/departureAt'],
      ['a departure as a number', { departureAt: 1_800_000_000 }, '/departureAt'],
      ['a return before the departure', { kind: 'round_trip', returnAt: inDays(13) }, '/returnAt'],
      ['a return after three years', { kind: 'round_trip', returnAt: inDays(1100) }, '/returnAt'],
      ['a round trip without a return', { kind: 'round_trip' }, '/returnAt'],
      ['a one-way trip with a return', { returnAt: inDays(15) }, '/returnAt'],
      ['a shuttle without weekdays', { kind: 'shuttle', termEndsOn: inDays(50).slice(0, 10) }, '/weekdays'],
      ['a shuttle without an end', { kind: 'shuttle', weekdays: ['mon'] }, '/termEndsOn'],
      [
        'a shuttle that ends before it begins',
        { kind: 'shuttle', weekdays: ['mon'], termEndsOn: '2020-01-01' },
        '/termEndsOn',
      ],
      [
        'a shuttle for years',
        { kind: 'shuttle', weekdays: ['mon'], termEndsOn: inDays(600).slice(0, 10) },
        '/termEndsOn',
      ],
      ['weekdays for a single trip', { weekdays: ['mon'] }, '/weekdays'],
      [
        'a weekday that is none',
        { kind: 'shuttle', weekdays: ['monday'], termEndsOn: inDays(50).slice(0, 10) },
        '/weekdays/0',
      ],
      ['no passengers', { passengers: 0 }, '/passengers'],
      ['fewer than no passengers', { passengers: -38 }, '/passengers'],
      ['half a passenger', { passengers: 1.5 }, '/passengers'],
      ['passengers as text', { passengers: '38' }, '/passengers'],
      ['passengers without end', { passengers: 1e21 }, '/passengers'],
      ['too many buses', { buses: 101 }, '/buses'],
      ['an unknown kind', { kind: 'teleport' }, '/kind'],
      ['an unknown amenity', { amenities: ['pool'] }, '/amenities/0'],
      ['more stopovers than a day has', { stopovers: Array.from({ length: 11 }, () => seoulStation) }, '/stopovers'],
      ['a place without a name', { arrival: { address: '경주' } }, '/arrival/name'],
      [
        'a place with half a coordinate',
        { arrival: { name: '경주', address: '경주', latitude: 35 } },
        '/arrival/latitude',
      ],
      ['a place off the earth', { arrival: { ...bulguksa, latitude: 95 } }, '/arrival/latitude'],
      ['a list for a place', { arrival: [bulguksa] }, '/arrival'],
      ['an unknown property of a place', { arrival: { ...bulguksa, note: 'x' } }, '/arrival/note'],
      ['remarks too long', { remarks: '가'.repeat(1001) }, '/remarks'],
      ['remarks with half an emoji', { remarks: '\ud83d 버스' }, '/remarks'],
      ['the state', { state: 'paid' }, '/state'],
      ['a customer', { customerId: randomUUID() }, '/customerId'],
    ])('refuses %s and says where', async (_name, overrides, pointer) => {
      const answer = await customer.post('/v1/orders', validOrder(overrides));
      expect(answer).toMatchObject(refusal(422, 'validation_failed'));
      expect(answer.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
      expect((await customer.get<Page<Order>>('/v1/orders')).body.items).toEqual([]);
    });
  });

  it('says what only the clock knows in the language of the caller', async () => {
    const body = validOrder({ departureAt: '2020-01-01T09:00:00Z' });
    const answer = await (await newCustomer()).post('/v1/orders', body, { 'Accept-Language': 'ko' });
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/departureAt', detail: '이미 지난 시각입니다.' }] });
  });

  describe('with an Idempotency-Key', () => {
    it('places one order, however often it is sent', async () => {
      const customer = await newCustomer();
      const send = () => customer.post<Order>('/v1/orders', validOrder(), { 'Idempotency-Key': 'trip-1' });
      const first = await send();
      const again = await send();
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body).toEqual(first.body);
      expect((await customer.get<Page<Order>>('/v1/orders')).body.items).toHaveLength(1);
    });

    it('places one order of many sent at the same time', async () => {
      const customer = await newCustomer();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          customer.post<Order>('/v1/orders', validOrder(), { 'Idempotency-Key': 'twins' }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect((await customer.get<Page<Order>>('/v1/orders')).body.items).toHaveLength(1);
    });

    it('refuses another order under the same key', async () => {
      const customer = await newCustomer();
      await customer.post('/v1/orders', validOrder(), { 'Idempotency-Key': 'trip-1' });
      const answer = await customer.post('/v1/orders', validOrder({ passengers: 40 }), { 'Idempotency-Key': 'trip-1' });
      expect(answer).toMatchObject(refusal(422, 'idempotency_conflict'));
    });

    it('keeps the keys of two customers apart', async () => {
      const [one, two] = await Promise.all([newCustomer(), newCustomer()]);
      const headers = { 'Idempotency-Key': 'mine' };
      const first = await one.post<Order>('/v1/orders', validOrder(), headers);
      const second = await two.post<Order>('/v1/orders', validOrder({ passengers: 40 }), headers);
      expect(second.status).toBe(201);
      expect(second.body.id).not.toBe(first.body.id);
    });

    it('leaves a key free after a refusal', async () => {
      const customer = await newCustomer();
      const headers = { 'Idempotency-Key': 'second-try' };
      expect((await customer.post('/v1/orders', validOrder({ passengers: 0 }), headers)).status).toBe(422);
      expect((await customer.post('/v1/orders', validOrder(), headers)).status).toBe(201);
    });

    it.each(['', 'x'.repeat(65), 'with space'])('refuses the key "%s"', async (key) => {
      const answer = await (await newCustomer()).post('/v1/orders', validOrder(), { 'Idempotency-Key': key });
      expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    });
  });
});
