import type { Language, Words } from './words.ts';

/** All times are shown in Korean time, wherever the reader is: buses leave by it. */
const timeZone = 'Asia/Seoul';

const dayKey = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });

/** The day of an instant in Seoul, `2026-11-23`. */
export const dayOf = (at: string | number): string => dayKey.format(new Date(at));

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const found =
    formats.get(key) ?? new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', { timeZone, ...options });
  formats.set(key, found);
  return found;
}

/** `오후 3:05`, `15:05` */
export const timeText = (at: string, language: Language): string =>
  format(language, { hour: 'numeric', minute: '2-digit' }).format(new Date(at));

/** `오늘`, `어제`, `2026년 11월 20일 금요일` */
export function dayText(at: string, language: Language, words: Words, now = Date.now()): string {
  const day = dayOf(at);
  if (day === dayOf(now)) return words.today;
  if (day === dayOf(now - 24 * 3600 * 1000)) return words.yesterday;
  return format(language, { dateStyle: 'full' }).format(new Date(at));
}

/** As short as a list has room for: a time today, else a date. */
export function shortText(at: string, language: Language, words: Words, now = Date.now()): string {
  const day = dayOf(at);
  if (day === dayOf(now)) return timeText(at, language);
  if (day === dayOf(now - 24 * 3600 * 1000)) return words.yesterday;
  return format(language, { month: 'short', day: 'numeric' }).format(new Date(at));
}

/** `12월 7일 (월)`, `Mon, 7 Dec` */
export const dateText = (at: string, language: Language): string =>
  format(language, { weekday: 'short', month: 'short', day: 'numeric' }).format(new Date(at));
