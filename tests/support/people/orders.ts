/** Days from now, at 09:00 in Seoul. */
export function inDays(days: number): string {
  const date = new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
  return `${date}T09:00:00+09:00`;
}

/** The day of the week of such a time: the first departure of a shuttle is on one of its weekdays. */
export const weekdayIn = (days: number): string =>
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(inDays(days).slice(0, 10)).getUTCDay()] ?? '';

export const seoulStation = {
  name: '서울역',
  address: '서울특별시 용산구 한강대로 405',
  latitude: 37.554722,
  longitude: 126.970833,
};

export const bulguksa = {
  name: '불국사',
  address: '경상북도 경주시 불국로 385',
  latitude: 35.790103,
  longitude: 129.332001,
};

/** What a customer sends to post a trip. */
export const validOrder = (overrides: Record<string, unknown> = {}) => ({
  kind: 'one_way',
  purpose: 'tour',
  departure: seoulStation,
  arrival: bulguksa,
  departureAt: inDays(14),
  passengers: 38,
  buses: 1,
  ...overrides,
});

/** What an operator sends to quote for it. */
export const validQuote = (overrides: Record<string, unknown> = {}) => ({
  totalPrice: 850_000,
  pricePerBus: 850_000,
  buses: 1,
  busType: 'standard_45',
  includes: ['toll', 'parking'],
  message: '정시 출발, 안전 운행 약속드립니다 🚌',
  ...overrides,
});
