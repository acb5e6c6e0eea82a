import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessNumber, phone } from '../../functions/accounts/fields.ts';

const separator = fc.constantFrom('', '-', ' ', '.', ' - ');

describe('phone', () => {
  it('takes every usual writing of a mobile number to the same E.164', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('0', '+82', '82', '+82 0', '+82-'),
        fc.constantFrom('10', '11', '16', '17', '18', '19'),
        fc.stringMatching(/^\d{4}$/u),
        fc.stringMatching(/^\d{4}$/u),
        separator,
        (prefix, operator, first, second, mark) => {
          expect(phone.parse(`${prefix}${operator}${mark}${first}${mark}${second}`)).toBe(
            `+82${operator}${first}${second}`,
          );
        },
      ),
    );
  });

  it('takes its own output', () => {
    expect(phone.parse('+821012345678')).toBe('+821012345678');
  });

  it('gives nothing but E.164, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const result = phone.safeParse(text);
        expect(!result.success || /^\+821\d{8,9}$/u.test(result.data)).toBe(true);
      }),
    );
  });
});

describe('business number', () => {
  it('takes the registrations of real companies, with or without hyphens', () => {
    for (const number of ['124-81-00998', '1248100998', '220-81-62517', '120-81-47521']) {
      expect(businessNumber.parse(number)).toBe(number.replaceAll('-', ''));
    }
  });

  it.each([
    ['nothing but zeros', '0000000000'],
    ['no kind of business', '1240000999'],
    ['no serial number', '1248100004'],
    ['no tax office', '0248100999'],
    ['nine digits', '124-81-0099'],
    ['eleven digits', '124-81-009988'],
    ['a wrong check digit', '124-81-00999'],
    ['letters', '124-8l-00998'],
  ])('has not %s', (_what, text) => {
    expect(businessNumber.safeParse(text).error?.issues).toMatchObject([{ params: { rule: 'business_number' } }]);
  });

  it('has one check digit for each nine digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d\d[1-9]\d[1-9]\d{3}$/u), (nine) => {
        const valid = Array.from({ length: 10 }, (_, digit) => businessNumber.safeParse(`${nine}${digit}`).success);
        expect(valid.filter(Boolean)).toHaveLength(1);
      }),
    );
  });
});
