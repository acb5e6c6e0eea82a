/** What people in this trade write: 30 characters, 74 bytes. */
export const body = '안녕하세요, 내일 출발 시간과 탑승 장소 문의드립니다.';

/** A message as the product's clients get it, as long as those of a measurement. */
export const sampleFrame = JSON.stringify({
  type: 'message',
  room: '0190f5fe-7c00-7a00-8000-000000000000',
  seq: 1234,
  id: 'bench-12345',
  from: '0190f5fe-7c00-7a00-8000-000000000001',
  kind: 'text',
  body,
  at: '2026-11-23T08:00:00.000Z',
});
