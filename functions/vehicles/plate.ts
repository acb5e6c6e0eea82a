import { z } from '@hono/zod-openapi';
import { report } from '../http/validation.ts';
import type { Rule } from '../http/rules.ts';

/** How plates name the province of their registration. Those of vehicles for hire have it; newer ones may do without. */
const regions = '서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주';

/** What the letter says of the use of a vehicle (자동차 등록번호판 등의 기준에 관한 고시). Its class, the digits before it, is the admin's to look at. */
const uses: readonly (readonly [letters: string, refusal: Rule | undefined])[] = [
  ['바사아자', undefined],
  ['배', 'plate_delivery'],
  ['하허호', 'plate_rental'],
  ['가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주', 'plate_private'],
];

const form = new RegExp(`^(?:${regions})?(?!0+\\p{Lo})\\d{2,3}(\\p{Lo})(?!0000)\\d{4}$`, 'u');

/**
 * A plate in its normal form, `서울71바1234` or `123바4567`, or the rule by which it is none of a vehicle that carries passengers for
 * hire. However it was typed: blanks, hyphens, full-width digits, Hangul in its parts.
 */
export function readPlate(text: string): { plate: string } | { refusal: Rule } {
  const plate = text.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}.·]/gu, '');
  const letter = form.exec(plate)?.[1];
  const use = letter === undefined ? undefined : uses.find(([letters]) => letters.includes(letter));
  if (use === undefined) return { refusal: 'plate' };
  const [, refusal] = use;
  return refusal === undefined ? { plate } : { refusal };
}

export const plate = z
  .string()
  .max(64)
  .transform((text, context) => {
    const read = readPlate(text);
    if ('plate' in read) return read.plate;
    report(context, read.refusal);
    return z.NEVER;
  })
  .openapi({ type: 'string', maxLength: 64, example: '서울 71바 1234' });
