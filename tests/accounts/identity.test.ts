import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { email, phone, username } from '../../functions/accounts/fields.ts';
import { anyCodePoints, textOf } from '../support/unicode.ts';

const full = (text: string) =>
  text.replace(/[!-~]/gu, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));

/** Ways in which one text may be written so that a person, or a collation, takes it for the same. */
const spellings: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  full,
  (text) => full(text.toUpperCase()),
  (text) => ` ${text}\u3000`,
  (text) => text.normalize('NFD'),
  (text) => `${text}\u200b`,
  (text) => `${text.slice(0, 2)}\u00ad${text.slice(2)}`,
  (text) => `\u202a${text}\u202c`,
];

/** And ways to write another letter that looks like it: in a domain of any script that is another domain. */
const alike: ((text: string) => string)[] = [
  (text) => `${text}\u0301`,
  (text) => text.replace('i', 'í'),
  (text) => text.replace('k', '\u212a'),
  (text) => text.replace('s', 'ſ'),
  (text) => text.replace('a', 'а'),
  (text) => text.replace('i', 'İ'),
];

const fields = {
  username: {
    field: username,
    right: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{3,31}$/u),
    ways: [...spellings, ...alike],
  },
  email: {
    field: email,
    right: fc.stringMatching(/^[a-z0-9]{1,12}@[a-z0-9]{1,12}\.(?:com|co\.kr)$/u),
    ways: spellings,
  },
  phone: { field: phone, right: fc.stringMatching(/^010\d{8}$/u), ways: [...spellings, ...alike] },
};

describe.each(Object.entries(fields))('any two spellings of one %s', (_name, { field, right, ways }) => {
  it('are one identity, or are refused', () => {
    fc.assert(
      fc.property(right, fc.constantFrom(...ways), (text, spell) => {
        const found = field.safeParse(spell(text));
        expect(found.success ? found.data : 'refused').toBeOneOf([field.parse(text), 'refused']);
      }),
      { numRuns: 1000 },
    );
  });

  it('are compared as MariaDB compares them: by their bytes, which are ASCII in small letters', () => {
    fc.assert(
      fc.property(fc.oneof(textOf(), right, anyCodePoints()), (text) => {
        const { success, data } = field.safeParse(text);
        if (!success) return;
        expect(data).toMatch(/^[!-~]+$/u);
        expect(data).toBe(data.toLowerCase());
        expect(field.parse(data)).toBe(data);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an email address', () => {
  it.each([
    ['minji@한국.kr', 'minji@xn--3e0b707e.kr'],
    ['minji@XN--3E0B707E.KR', 'minji@xn--3e0b707e.kr'],
    ['minji@버스.한국', 'minji@xn--hk3b25i.xn--3e0b707e'],
    ['minji@xn--hk3b25i.xn--3e0b707e', 'minji@xn--hk3b25i.xn--3e0b707e'],
    ['Min.Ji+bus@Example.CO.KR', 'min.ji+bus@example.co.kr'],
    ['ｍｉｎｊｉ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'minji@example.com'],
    ['minji@example。com', 'minji@example.com'],
  ])('%s is %s', (text, kept) => {
    expect(email.parse(text)).toBe(kept);
  });

  it.each([
    'minji',
    '@example.com',
    'minji@',
    'minji@example',
    'minji@example.com.',
    '.minji@example.com',
    'min..ji@example.com',
    'minji@exam ple.com',
    'minji@127.0.0.1',
    'minji@0x7f.1',
    'minji@[::1]',
    'a@b@example.com',
    'minji@-example.com',
    'minji@example.com:80',
    'minji@example.com/x',
    '민지@example.com',
    'min\u200bji@example.com',
    `${'a'.repeat(65)}@example.com`,
    `minji@${'a'.repeat(64)}.com`,
    `minji@${'abc.'.repeat(70)}com`,
    'minji@example.c0m',
  ])('%s is none', (text) => {
    expect(email.safeParse(text).error?.issues).toMatchObject([{ code: 'custom', params: { rule: 'email' } }]);
  });
});

describe('a phone number', () => {
  it.each([
    '010-1234-5678',
    '01012345678',
    '+82 10 1234 5678',
    '+82-010-1234-5678',
    '82 10-1234-5678',
    '0082 10 1234 5678',
    '０１０-１２３４-５６７８',
    '010–1234–5678',
    '010.1234.5678',
    '(010) 1234 5678',
    '\u202a010-1234-5678\u202c',
    '+８２ １０ １２３４ ５６７８',
  ])('%s is +821012345678', (text) => {
    expect(phone.parse(text)).toBe('+821012345678');
  });

  it.each([
    '010-123-4567',
    '010-1234-567',
    '010-1234-56789',
    '011-123-456',
    '010',
    '',
    '02-312-3456',
    '0120-1234-5678',
    '+1 415 555 0100',
    '010-1234-567a',
    '٠١٠١٢٣٤٥٦٧٨',
    '+83 10 1234 5678',
    '+0010 1234 5678',
    '015-1234-5678',
  ])('%s is none', (text) => {
    expect(phone.safeParse(text).success).toBe(false);
  });
});

describe('a username', () => {
  it.each([
    'kingdriver\u200b',
    'king\u00addriver',
    'kíngdriver',
    'kingdriver\u0301',
    'кingdriver',
    '_king',
    'abc',
    'a'.repeat(33),
    'a b c d',
    '\u202ekingdriver',
    'king\u0000driver',
    '킹드라이버',
    '',
  ])('%j is refused', (text) => {
    expect(username.safeParse(text).error?.issues).toMatchObject([{ code: 'custom', params: { rule: 'username' } }]);
  });
});
