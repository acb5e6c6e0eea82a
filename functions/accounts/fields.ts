import { z } from '@hono/zod-openapi';
import { line } from '../http/fields.ts';
import { report, rule } from '../http/validation.ts';
import { isReservedName } from '../text/reserved-names.ts';

/**
 * What identifies an account has one normal form, in which alone it is kept, compared, counted and looked up; what has none is
 * refused before any of that. All of it is ASCII: full-width letters are the plain ones (NFKC), capitals small ones.
 */
const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

const isUsername = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{3,31}$/u.test(text);

/** 4 to 32 letters, digits, dots, hyphens and underscores. `Minji` is `minji`. One that reads as a telephone number is nobody's. */
export const username = z
  .string()
  .transform(plain)
  .refine(isUsername, rule('username'))
  .refine((text) => normalPhone(text) === undefined, rule('username_phone'))
  .openapi({
    type: 'string',
    minLength: 4,
    maxLength: 32,
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    example: 'minji',
  });

/** An address whose local part is ASCII; its domain may be of any script, and is kept as Punycode: `민지@한국.kr` is none. */
export const email = z
  .string()
  .transform((text, context) => {
    const found = normalEmail(plain(text));
    if (found === undefined) report(context, 'email');
    return found ?? z.NEVER;
  })
  .openapi({ type: 'string', format: 'email', maxLength: 254, example: 'minji@example.com' });

function normalEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), asciiDomain(text.slice(at + 1))];
  if (domain === undefined || local.length > 64 || !/^[a-z0-9_'+-]+(?:\.[a-z0-9_'+-]+)*$/u.test(local))
    return undefined;
  const address = `${local}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

/** A domain as ASCII (UTS 46), with two labels at least. */
function asciiDomain(text: string): string | undefined {
  const url = `http://${text}/`;
  if (/[\s/?#@:%[\]\\]/u.test(text) || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  const labels = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/u;
  return labels.test(hostname) ? hostname : undefined;
}

/** A Korean mobile number in any usual writing, kept as E.164: `010-1234-5678` is `+821012345678`. Of 010 all have eight digits. */
export const phone = z
  .string()
  .max(64)
  .transform((text, context) => {
    const found = normalPhone(text);
    if (found === undefined) report(context, 'phone');
    return found ?? z.NEVER;
  })
  .openapi({ type: 'string', maxLength: 64, example: '010-1234-5678' });

function normalPhone(text: string): string | undefined {
  // Numbers that are copied from elsewhere come with marks of direction, and hyphens of many kinds.
  const number = plain(text)
    .replace(/[\s\p{Cf}\p{Pd}()._]/gu, '')
    .replace(/^(?:(?:\+|00)?820?|0)/u, '+82');
  return /^\+82(?:10\d{8}|1[16-9]\d{7,8})$/u.test(number) ? number : undefined;
}

/**
 * An e-mail address or a telephone, in its normal form: which of them it is, that form says by itself (`noticeChannelOf`).
 */
export const contact = z
  .string()
  .max(320)
  .transform((text, context) => {
    const isEmail = text.normalize('NFKC').includes('@');
    const found = isEmail ? normalEmail(plain(text)) : normalPhone(text);
    if (found === undefined) report(context, isEmail ? 'email' : 'phone');
    return found ?? z.NEVER;
  })
  .openapi({ type: 'string', maxLength: 320, example: 'minji@example.com' });

/** How somebody is reached at what has the normal form of `contact`. */
export const noticeChannelOf = (contact: string): 'email' | 'sms' => (contact.includes('@') ? 'email' : 'sms');

/**
 * What somebody logs in with: a username, or an address or a number that is proven to be theirs. Each in its normal form, by which they
 * are told apart: an address has an `@`, a number begins with `+`, and a username has neither.
 */
export const logInName = z
  .string()
  .max(320)
  .transform((text, context) => {
    const name = plain(text);
    const found = name.includes('@') ? normalEmail(name) : (normalPhone(text) ?? (isUsername(name) ? name : undefined));
    if (found === undefined) report(context, name.includes('@') ? 'email' : 'username');
    return found ?? z.NEVER;
  })
  .openapi({
    type: 'string',
    minLength: 4,
    maxLength: 320,
    description: 'The username, or an e-mail address or a telephone that was proven.',
    example: 'minji',
  });

/**
 * Ten digits as the National Tax Service issues them: the tax office, the kind of business, a serial number, none of
 * them zero, and a check digit. Hyphens are dropped.
 */
export const businessNumber = z
  .string()
  .max(64)
  .transform((text) => plain(text).replace(/[\s\p{Cf}\p{Pd}]/gu, ''))
  .refine(isBusinessNumber, rule('business_number'))
  .openapi({ type: 'string', maxLength: 64, example: '124-81-00998' });

function isBusinessNumber(digits: string): boolean {
  if (!/^[1-9]\d\d(?!00)\d\d(?!0000)\d{5}$/u.test(digits)) return false;
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
