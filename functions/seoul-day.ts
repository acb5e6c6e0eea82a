const day = 24 * 3600 * 1000;

/** Asia/Seoul keeps +09:00 all year. */
const offset = 9 * 3600 * 1000;

/** The day that it is in Korea at a moment (milliseconds, or ISO 8601), or so many days later: `2026-11-28`. */
export function seoulDay(at: number | string, plusDays = 0): string {
  const moment = typeof at === 'number' ? at : Date.parse(at);
  return new Date(moment + offset + plusDays * day).toISOString().slice(0, 10);
}
