import { beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/clients/client.ts';
import { inDays, validOrder, validQuote } from '../support/people/orders.ts';
import { newCustomer, newDriver, validCompany, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

/** What is wrong, where it is said, and the one reason that is true, in both languages. */
type Wrong = [what: string, fields: Record<string, unknown>, pointer: string, korean: string, english: string];

let customer: Person;
let driver: Person;

beforeAll(async () => {
  [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
});

async function expectOne(
  send: (headers: Record<string, string>) => Promise<unknown>,
  pointer: string,
  korean: string,
  english: string,
): Promise<void> {
  for (const [language, detail] of [
    ['ko-KR', korean],
    ['en-US', english],
  ] as const) {
    const answer = (await send({ 'Accept-Language': language })) as { status: number; body: { errors: unknown[] } };
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, detail }] } });
    // Nothing that only follows from it.
    expect(answer.body.errors).toHaveLength(1);
  }
}

describe('a finding about an order', () => {
  it.each<Wrong>([
    [
      'a kind of none',
      { kind: 'teleport' },
      '/kind',
      '다음 중 하나여야 합니다: one_way, round_trip, shuttle',
      'It must be one of: one_way, round_trip, shuttle',
    ],
    ['half a passenger', { passengers: 1.5 }, '/passengers', '정수로 보내 주세요.', 'Send a whole number.'],
    ['passengers as text', { passengers: '38' }, '/passengers', '숫자로 보내 주세요.', 'Send a number.'],
    ['no passengers', { passengers: 0 }, '/passengers', '1 이상이어야 합니다.', 'It must be 1 or more.'],
    ['passengers without end', { passengers: 1e9 }, '/passengers', '5000 이하여야 합니다.', 'It must be 5000 or less.'],
    ['passengers left out', { passengers: undefined }, '/passengers', '필수 항목입니다.', 'Required.'],
    ['passengers of nothing', { passengers: null }, '/passengers', '숫자로 보내 주세요.', 'Send a number.'],
    [
      'a time without a zone',
      { departureAt: '2027-01-01T09:00:00' },
      '/departureAt',
      '시간대가 있는 ISO 8601 시각이어야 합니다. 예: 2026-12-01T09:00:00+09:00',
      'It must be a time of ISO 8601 with its zone, such as 2026-12-01T09:00:00+09:00.',
    ],
    [
      'a day that is none',
      { kind: 'shuttle', weekdays: ['mon'], termEndsOn: '2027-02-30' },
      '/termEndsOn',
      'ISO 8601 날짜여야 합니다. 예: 2026-12-01',
      'It must be a date of ISO 8601, such as 2026-12-01.',
    ],
    [
      'a time that has passed',
      { departureAt: inDays(-1) },
      '/departureAt',
      '이미 지난 시각입니다.',
      'This time has passed.',
    ],
    ['a list for a place', { arrival: [] }, '/arrival', 'JSON 객체로 보내 주세요.', 'Send a JSON object.'],
    ['a text for a list', { amenities: 'wifi' }, '/amenities', '목록으로 보내 주세요.', 'Send a list.'],
    ['a text for yes', { driverStays: 'yes' }, '/driverStays', 'true 또는 false로 보내 주세요.', 'Send true or false.'],
    [
      'a list too long',
      { stopovers: Array.from({ length: 11 }, (_, index) => ({ name: `${index}`, address: 'x' })) },
      '/stopovers',
      '10개 이하여야 합니다.',
      'It must have at most 10 entries.',
    ],
    [
      'a blank place',
      { arrival: { name: '\u3164', address: 'x' } },
      '/arrival/name',
      '내용을 입력해 주세요.',
      'It must not be blank.',
    ],
    [
      'a text too long',
      { remarks: '가'.repeat(1001) },
      '/remarks',
      '1000자 이하여야 합니다.',
      'It must have at most 1000 characters.',
    ],
    [
      'half an emoji',
      { remarks: '\ud83d' },
      '/remarks',
      '글자가 깨져 있습니다.',
      'This text is not well-formed Unicode.',
    ],
    [
      'half a coordinate',
      { arrival: { name: 'x', address: 'y', latitude: 35 } },
      '/arrival/latitude',
      '위도와 경도를 함께 보내 주세요.',
      'Send latitude and longitude together.',
    ],
    [
      'a place off the earth',
      { arrival: { name: 'x', address: 'y', latitude: 95, longitude: 0 } },
      '/arrival/latitude',
      '90 이하여야 합니다.',
      'It must be 90 or less.',
    ],
    ['an unknown property', { note: 'x' }, '/note', '알 수 없는 항목입니다.', 'Unknown property.'],
  ])('%s', async (_what, fields, pointer, korean, english) => {
    await expectOne((headers) => customer.post('/v1/orders', validOrder(fields), headers), pointer, korean, english);
  });

  it.each([
    [
      'Idempotency-Key',
      'with space',
      '/idempotency-key',
      '빈칸 없이 영문자, 숫자, 기호로 64자까지 쓸 수 있습니다.',
      'It has 1 to 64 visible ASCII characters, and no spaces.',
    ],
  ])('a header: %s', async (name, value, pointer, korean, english) => {
    const send = (headers: Record<string, string>) =>
      customer.post('/v1/orders', validOrder(), { ...headers, [name]: value });
    await expectOne(send, pointer, korean, english);
  });

  it.each([
    ['limit=0', '/limit', '1 이상이어야 합니다.', 'It must be 1 or more.'],
    ['limit=101', '/limit', '100 이하여야 합니다.', 'It must be 100 or less.'],
    ['limit=0x10', '/limit', '숫자로 보내 주세요.', 'Send a number.'],
    [
      'state=x',
      '/state',
      '다음 중 하나여야 합니다: open, selected, paid, completed, cancelled, expired',
      'It must be one of: open, selected, paid, completed, cancelled, expired',
    ],
    ['cursor=x', '/cursor', '올바른 커서가 아닙니다.', 'This is not a cursor of this list.'],
  ])('a query: %s', async (query, pointer, korean, english) => {
    await expectOne((headers) => customer.get(`/v1/orders?${query}`, headers), pointer, korean, english);
  });
});

describe('a finding about a quote', () => {
  it.each<Wrong>([
    ['nothing to pay', { totalPrice: 0 }, '/totalPrice', '1 이상이어야 합니다.', 'It must be 1 or more.'],
    [
      'a bus of none',
      { busType: 'rickshaw' },
      '/busType',
      '다음 중 하나여야 합니다: minibus_25, standard_45, premium_28, limousine_31, double_decker',
      'It must be one of: minibus_25, standard_45, premium_28, limousine_31, double_decker',
    ],
  ])('%s', async (_what, fields, pointer, korean, english) => {
    const { body: order } = await customer.post<{ id: string }>('/v1/orders', validOrder());
    const send = (headers: Record<string, string>) =>
      driver.post(`/v1/orders/${order.id}/quotes`, validQuote(fields), headers);
    await expectOne(send, pointer, korean, english);
  });
});

describe('a finding about a registration', () => {
  it.each<Wrong>([
    [
      'a role of nobody',
      { role: 'king' },
      '/role',
      '다음 중 하나여야 합니다: customer, driver, company',
      'It must be one of: customer, driver, company',
    ],
    ['no role', { role: undefined }, '/role', '필수 항목입니다.', 'Required.'],
    [
      'a username that is none',
      { username: 'kíngdriver' },
      '/username',
      '아이디는 영문자, 숫자, 점, 밑줄, 하이픈으로 4~32자이며 영문자나 숫자로 시작해야 합니다.',
      'A username has 4 to 32 letters (a to z), digits, dots, underscores and hyphens, and begins with a letter or a digit.',
    ],
    [
      'an address that is none',
      { email: 'minji@' },
      '/email',
      '올바른 이메일 주소를 입력해 주세요.',
      'Enter an email address, such as minji@example.com.',
    ],
    [
      'a phone with too few digits',
      { phone: '010-123-4567' },
      '/phone',
      '대한민국 휴대전화 번호를 입력해 주세요.',
      'Enter a Korean mobile number, such as 010-1234-5678.',
    ],
    [
      'a short password',
      { password: 'short' },
      '/password',
      '10자 이상이어야 합니다.',
      'It must have at least 10 characters.',
    ],
    [
      'a common password',
      { password: 'password1234' },
      '/password',
      '너무 흔한 비밀번호입니다.',
      'This password is too common.',
    ],
    [
      'a name of the market’s',
      { displayName: '킹버스' },
      '/displayName',
      '킹버스 운영자로 오해할 수 있는 이름입니다. 다른 이름을 써 주세요.',
      'This name could be taken for KingBus itself. Please choose another.',
    ],
  ])('%s', async (_what, fields, pointer, korean, english) => {
    const person = { ...validCustomer(), ...fields };
    await expectOne((headers) => new Client().post('/v1/accounts', person, headers), pointer, korean, english);
  });

  it('a business number that is none', async () => {
    const company = { ...validCompany(), businessNumber: '000-00-00000' };
    const send = (headers: Record<string, string>) => new Client().post('/v1/accounts', company, headers);
    await expectOne(
      send,
      '/businessNumber',
      '올바른 사업자등록번호가 아닙니다.',
      'This is not a valid business registration number.',
    );
  });
});
