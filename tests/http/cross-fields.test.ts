import { beforeAll, describe, expect, it } from 'vitest';
import { demoTrips } from '../../local/demo-data/trips.ts';
import { orderInput } from '../../functions/orders/order-schema.ts';
import { Client } from '../support/clients/client.ts';
import { placed } from '../support/people/deals.ts';
import { bulguksa, inDays, seoulStation, validOrder, validQuote, weekdayIn } from '../support/people/orders.ts';
import { newCustomer, newDriver, validCompany } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

/** Fields that are each good alone and contradict each other: what is wrong, where it says so, and why, in both languages. */
type Contradiction = [what: string, fields: Record<string, unknown>, pointer: string, korean: string, english: string];

const day = (days: number) => inDays(days).slice(0, 10);
const every = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const shuttle = { kind: 'shuttle', weekdays: every, termEndsOn: day(100) };
const stop = { name: '휴게소', address: '경부고속도로' };

let customer: Person;
let driver: Person;
let order: { id: string };

beforeAll(async () => {
  [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  order = await placed(customer, { passengers: 80, buses: 2 });
});

async function expectFinding(
  send: (headers: Record<string, string>) => Promise<unknown>,
  [, , pointer, korean, english]: Contradiction,
): Promise<void> {
  for (const [language, detail] of [
    ['ko', korean],
    ['en', english],
  ] as const) {
    const answer = await send({ 'Accept-Language': language });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer, detail }] } });
    expect((answer as { body: { errors: unknown[] } }).body.errors).toHaveLength(1);
  }
}

describe('an order', () => {
  it.each<Contradiction>([
    [
      'returns before it departs',
      { kind: 'round_trip', returnAt: inDays(13) },
      '/returnAt',
      '돌아오는 시각은 출발 이후여야 합니다.',
      'The return must be after the departure.',
    ],
    [
      'returns when it departs, in another zone',
      { kind: 'round_trip', returnAt: new Date(inDays(14)).toISOString() },
      '/returnAt',
      '돌아오는 시각은 출발 이후여야 합니다.',
      'The return must be after the departure.',
    ],
    [
      'is a round trip without a return',
      { kind: 'round_trip' },
      '/returnAt',
      '왕복에는 돌아오는 시각이 필요합니다.',
      'A round trip needs a return time.',
    ],
    [
      'returns from one way',
      { returnAt: inDays(15) },
      '/returnAt',
      '왕복일 때만 쓸 수 있습니다.',
      'Only a round trip has a return time.',
    ],
    [
      'is a shuttle without weekdays',
      { ...shuttle, weekdays: [] },
      '/weekdays',
      '셔틀에는 운행 요일이 하루 이상 필요합니다.',
      'A shuttle needs at least one weekday.',
    ],
    [
      'is a shuttle without an end',
      { ...shuttle, termEndsOn: undefined },
      '/termEndsOn',
      '셔틀에는 운행이 끝나는 날이 필요합니다.',
      'A shuttle needs the day its term ends.',
    ],
    [
      'has weekdays and is no shuttle',
      { weekdays: ['mon'] },
      '/weekdays',
      '셔틀일 때만 쓸 수 있습니다.',
      'Only a shuttle has this.',
    ],
    [
      'has a term and is no shuttle',
      { termEndsOn: day(20) },
      '/termEndsOn',
      '셔틀일 때만 쓸 수 있습니다.',
      'Only a shuttle has this.',
    ],
    [
      'ends before it begins',
      { ...shuttle, termEndsOn: day(13) },
      '/termEndsOn',
      '운행이 끝나는 날은 첫 출발일 이후여야 합니다.',
      'The term must not end before the first departure.',
    ],
    [
      'runs for years',
      { ...shuttle, termEndsOn: day(600) },
      '/termEndsOn',
      '기간은 출발일부터 1년 이내여야 합니다.',
      'The term must end within a year of its start.',
    ],
    [
      'begins on a day on which it does not run',
      { ...shuttle, weekdays: [weekdayIn(15)] },
      '/departureAt',
      '첫 출발일이 운행 요일이 아닙니다.',
      'The first departure is not on one of the weekdays (in Korean time).',
    ],
    [
      'begins on such a day in Korea, though not in Greenwich',
      { ...shuttle, departureAt: `${day(14)}T01:00:00+09:00`, weekdays: [weekdayIn(13)], termEndsOn: day(90) },
      '/departureAt',
      '첫 출발일이 운행 요일이 아닙니다.',
      'The first departure is not on one of the weekdays (in Korean time).',
    ],
    [
      'runs on a day that its term has not',
      { ...shuttle, weekdays: [weekdayIn(14), weekdayIn(17)], termEndsOn: day(16) },
      '/weekdays/1',
      '운행 기간에 이 요일이 없습니다.',
      'The term has no such weekday.',
    ],
    [
      'goes nowhere',
      { arrival: seoulStation },
      '/arrival',
      '바로 앞의 장소와 같습니다.',
      'This is the same place as the one before.',
    ],
    [
      'stops where it is',
      { stopovers: [stop, stop] },
      '/stopovers/1',
      '바로 앞의 장소와 같습니다.',
      'This is the same place as the one before.',
    ],
    [
      'stops where it departs',
      { stopovers: [seoulStation] },
      '/stopovers/0',
      '바로 앞의 장소와 같습니다.',
      'This is the same place as the one before.',
    ],
    [
      'has 5,000 passengers in a bus',
      { passengers: 5000 },
      '/passengers',
      '버스 한 대에는 70명까지 탈 수 있습니다.',
      'A bus takes 70 passengers at most.',
    ],
    [
      'has one passenger too many',
      { passengers: 141, buses: 2 },
      '/passengers',
      '버스 한 대에는 70명까지 탈 수 있습니다.',
      'A bus takes 70 passengers at most.',
    ],
    [
      'has more buses than passengers',
      { passengers: 3, buses: 4 },
      '/buses',
      '버스가 승객보다 많습니다.',
      'There are more buses than passengers.',
    ],
  ])('that %s', async (...contradiction) => {
    await expectFinding((headers) => customer.post('/v1/orders', validOrder(contradiction[1]), headers), contradiction);
  });

  it.each<[string, Record<string, unknown>]>([
    ['that fills its buses', { passengers: 140, buses: 2 }],
    ['that comes back to where it was', { stopovers: [bulguksa, stop], arrival: bulguksa }],
    ['that runs once', { ...shuttle, weekdays: [weekdayIn(14)], termEndsOn: day(14) }],
    [
      'that runs on some days of a short term',
      { ...shuttle, weekdays: [weekdayIn(14), weekdayIn(16)], termEndsOn: day(16) },
    ],
    [
      'that begins early in the morning in Korea',
      { ...shuttle, departureAt: `${day(14)}T01:00:00+09:00`, weekdays: [weekdayIn(14)] },
    ],
  ])('%s is none', async (_what, fields) => {
    expect((await customer.post('/v1/orders', validOrder(fields))).status).toBe(201);
  });

  it('of the demo is none, whatever the day is', () => {
    for (let days = 0; days < 400; days++) {
      for (const trip of demoTrips(Date.UTC(2026, 0, 1) + days * 24 * 3600 * 1000)) orderInput.parse(trip);
    }
  });
});

describe('a quote', () => {
  it.each<Contradiction>([
    [
      'costs more for a bus than for all',
      { totalPrice: 500_000, pricePerBus: 800_000, buses: 2 },
      '/pricePerBus',
      '버스당 가격은 총액보다 클 수 없습니다.',
      'The price of one bus is above the total.',
    ],
    [
      'costs more than its buses',
      { totalPrice: 1_700_001, pricePerBus: 850_000, buses: 2 },
      '/totalPrice',
      '총액이 모든 버스의 가격을 더한 것보다 큽니다.',
      'The total is above the price of all buses together.',
    ],
    [
      'costs next to nothing of its buses',
      { totalPrice: 850_000, pricePerBus: 850_000, buses: 3 },
      '/totalPrice',
      '총액이 모든 버스의 가격을 더한 것의 절반보다 작습니다.',
      'The total is below half the price of all buses together.',
    ],
    [
      'has too few seats',
      { totalPrice: 850_000, pricePerBus: 850_000, buses: 1 },
      '/buses',
      '좌석이 승객보다 적습니다.',
      'These buses have fewer seats than there are passengers.',
    ],
    [
      'has small buses',
      { totalPrice: 1_700_000, buses: 2, busType: 'premium_28' },
      '/buses',
      '좌석이 승객보다 적습니다.',
      'These buses have fewer seats than there are passengers.',
    ],
  ])('that %s', async (...contradiction) => {
    const send = (headers: Record<string, string>) =>
      driver.post(`/v1/orders/${order.id}/quotes`, validQuote(contradiction[1]), headers);
    await expectFinding(send, contradiction);
  });

  it('with a discount, and just enough seats, is none', async () => {
    const quote = validQuote({ totalPrice: 1_500_000, pricePerBus: 850_000, buses: 2 });
    expect((await driver.post(`/v1/orders/${order.id}/quotes`, quote)).status).toBe(201);
  });
});

describe('a document', () => {
  const fileId = crypto.randomUUID();
  it.each<Contradiction>([
    [
      'has an end, and does not say when',
      { kind: 'driver_licence' },
      '/expiresOn',
      '이 서류에는 유효기간이 필요합니다.',
      'A document of this kind needs the day of its end.',
    ],
    [
      'is about a person, and names a vehicle',
      { kind: 'driver_licence', expiresOn: day(400), vehicleId: crypto.randomUUID() },
      '/vehicleId',
      '차량에 대한 서류가 아닙니다.',
      'A document of this kind is not about one vehicle.',
    ],
    [
      'has ended',
      { kind: 'driver_licence', expiresOn: day(-2) },
      '/expiresOn',
      '오늘부터 50년 이내의 날짜여야 합니다.',
      'It must be a day from today on, within 50 years.',
    ],
    [
      'is a company’s, and not a driver’s',
      { kind: 'transport_registration' },
      '/kind',
      '이 계정이 내는 서류가 아닙니다.',
      'An account like yours hands in no document of this kind.',
    ],
  ])('that %s', async (...contradiction) => {
    const send = (headers: Record<string, string>) =>
      driver.post('/v1/me/documents', { fileId, ...contradiction[1] }, headers);
    await expectFinding(send, contradiction);
  });
});

describe('a password', () => {
  const known = () => ({
    ...validCompany(),
    username: `kim.driver-${Math.random().toString(36).slice(2, 8)}`,
    email: `minji.kim${Math.random().toString(36).slice(2, 8)}@example.com`,
    phone: '010-8765-4321',
    displayName: '한빛 관광',
  });
  const [username, email, phone, name, business] = [
    ['비밀번호에 아이디를 넣을 수 없습니다.', 'The password must not contain the username.'],
    ['비밀번호에 이메일 주소를 넣을 수 없습니다.', 'The password must not contain the email address.'],
    ['비밀번호에 전화번호를 넣을 수 없습니다.', 'The password must not contain the phone number.'],
    ['비밀번호에 이름을 넣을 수 없습니다.', 'The password must not contain the name.'],
    [
      '비밀번호에 사업자등록번호를 넣을 수 없습니다.',
      'The password must not contain the business registration number.',
    ],
  ] as const;

  it.each<[string, (person: ReturnType<typeof known>) => string, readonly [string, string]]>([
    ['is the username', (person) => person.username, username],
    ['has the username in it', (person) => `my ${person.username.toUpperCase()}!`, username],
    [
      'has the username in it, without its punctuation',
      (person) => `xx${person.username.replace(/[.-]/gu, '')}xx`,
      username,
    ],
    ['is a part of the username', (person) => person.username.slice(1, -1), username],
    ['is the email address', (person) => person.email, email],
    ['has the name of the mailbox in it', (person) => `1!${person.email.split('@')[0]}`, email],
    ['is a part of the email address', (person) => person.email.slice(6), email],
    ['is the phone number', () => '010-8765-4321', phone],
    ['is the phone number of the world', () => '+82 10 8765 4321', phone],
    ['has what is one’s own of the number', () => 'horse 8765-4321', phone],
    ['has it in full width', () => '８７６５４３２１ horse', phone],
    ['has the name in it', () => '우리한빛관광최고입니다', name],
    ['has the name in it, spaced', () => '우리 한 빛 관 광 최고', name],
    ['is the business number', () => '124-81-00998', business],
  ])('that %s', async (what, make, [korean, english]) => {
    const person = known();
    const send = (headers: Record<string, string>) =>
      new Client().post('/v1/accounts', { ...person, password: make(person) }, headers);
    await expectFinding(send, [what, {}, '/password', korean, english]);
  });

  it('of one’s own is none', async () => {
    const person = { ...known(), phone: validCompany().phone, password: '관광버스 열두 대 8765' };
    expect((await new Client().post('/v1/accounts', person)).status).toBe(201);
  });
});
