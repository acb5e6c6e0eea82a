import { z } from '@hono/zod-openapi';
import { line } from '../http/fields.ts';
import { rule } from '../http/validation.ts';
import { isReservedName } from '../text/reserved-names.ts';

/** 4 to 32 letters, digits, dots, hyphens and underscores; kept in lower case, so that `Minji` is `minji`. */
export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{3,31}$/u)
  .openapi({ example: 'minji' });

export const email = z.string().trim().toLowerCase().max(254).pipe(z.email()).openapi({ example: 'minji@example.com' });

/** A Korean mobile number in any usual writing, kept as E.164: `010-1234-5678` is `+821012345678`. */
export const phone = z
  .string()
  .max(24)
  .transform((text) => text.replace(/[\s().-]/gu, '').replace(/^(?:\+?82|0)0?/u, '+82'))
  .refine((text) => /^\+821[016789]\d{7,8}$/u.test(text), rule('phone'))
  .openapi({ type: 'string', example: '010-1234-5678' });

/** Ten digits with a check digit, as the National Tax Service issues them; hyphens are dropped. */
export const businessNumber = z
  .string()
  .max(20)
  .transform((text) => text.replaceAll('-', '').trim())
  .refine(isBusinessNumber, rule('business_number'))
  .openapi({ type: 'string', example: '124-81-00998' });

function isBusinessNumber(digits: string): boolean {
  if (!/^\d{10}$/u.test(digits)) return false;
  const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
  const number = Array.from(digits, Number);
  const sum = weights.reduce((total, weight, index) => total + weight * (number[index] ?? 0), 0);
  return (10 - ((sum + Math.floor((5 * (number[8] ?? 0)) / 10)) % 10)) % 10 === number[9];
}

/** What everyone registers with, beside a password. */
export const personFields = {
  username,
  email,
  phone,
  displayName: line(40)
    .refine((name) => !isReservedName(name), rule('reserved_name'))
    .openapi({ type: 'string', minLength: 1, maxLength: 40 }),
};
