import { accountRules } from '../accounts/problems.ts';
import { fileRules } from '../files/problems.ts';
import { documentRules } from '../documents/problems.ts';
import { operatorRules } from '../operators/problems.ts';
import { codeRules } from '../codes/problems.ts';
import { apiKeyRules } from '../api-keys/problems.ts';
import { orderRules } from '../orders/problems.ts';
import { quoteRules } from '../quotes/problems.ts';
import { vehicleRules } from '../vehicles/problems.ts';
import type { Language } from './language.ts';
import type { RuleTexts } from './problem-texts.ts';

/** What our own rules say, by the name that a schema gives with `rule('in_the_past')`. */
const rules = {
  blank: ['내용을 입력해 주세요.', 'It must not be blank.'],
  malformed_text: ['글자가 깨져 있습니다.', 'This text is not well-formed Unicode.'],
  visible_ascii: [
    '빈칸 없이 영문자, 숫자, 기호로 64자까지 쓸 수 있습니다.',
    'It has 1 to 64 visible ASCII characters, and no spaces.',
  ],
  cursor: ['올바른 커서가 아닙니다.', 'This is not a cursor of this list.'],
  filters_together: ['함께 쓸 수 없는 조건입니다.', 'This cannot be asked for together with the rest.'],
  ...accountRules,
  ...fileRules,
  ...operatorRules,
  ...codeRules,
  ...apiKeyRules,
  ...orderRules,
  ...quoteRules,
  ...vehicleRules,
  ...documentRules,
} as const satisfies RuleTexts;

export type Rule = keyof typeof rules;

/** What a rule says to people. */
export const ruleText = (name: Rule, language: Language): string => rules[name][language === 'ko' ? 0 : 1];

export const isRule = (name: unknown): name is Rule => typeof name === 'string' && Object.hasOwn(rules, name);
