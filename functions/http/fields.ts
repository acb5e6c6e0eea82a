import { z } from '@hono/zod-openapi';
import { multiLine, oneLine } from '../text/text-fields.ts';

/** Text of one line that people read (functions/text/): cleaned, trimmed, not blank. */
export const line = (length: number) => oneLine(length).openapi({ type: 'string', minLength: 1, maxLength: length });

/** Text of several lines: cleaned and trimmed. */
export const prose = (length: number) => multiLine(length).openapi({ type: 'string', maxLength: length });

/** A list of choices; naming one twice counts once. */
export const distinct = <Value extends string>(values: readonly [Value, ...Value[]]) =>
  z
    .array(z.enum(values))
    .max(values.length)
    .transform((list) => [...new Set(list)]);

/** A moment with its zone, `2026-12-01T09:00:00+09:00`; kept in UTC. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .openapi({ type: 'string', format: 'date-time', example: '2026-12-01T09:00:00+09:00' });

/** Asia/Seoul keeps +09:00 all year. */
export const seoulOffset = '+09:00';

/** An amount of money: whole won, up to a thousand million. */
export const won = z.int().min(1).max(1_000_000_000);

/** A moment as the system writes it: ISO 8601 in UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });

/** A whole number in a URL, written plainly: no sign, no leading zeros, no `0x10`, no `1e3`, and not nothing. */
export const wholeNumber = (least: number, most: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^(?:0|[1-9]\d{0,15})$/u.test(text) ? Number(text) : text),
    z.int().min(least).max(most),
  );
