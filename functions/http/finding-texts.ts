import type { z } from 'zod';
import type { Language } from './language.ts';

/** What a finding of zod says to people, in both languages: what the value has to be, and no word of how it is checked. */
export function findingText(issue: z.core.$ZodIssue, language: Language): string {
  return textsOf(issue)[language === 'ko' ? 0 : 1];
}

type Texts = readonly [korean: string, english: string];

const wrong: Texts = ['올바른 값이 아닙니다.', 'This value is not valid.'];

function textsOf(issue: z.core.$ZodIssue): Texts {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? wrong;
    case 'too_small':
      return leastOf(issue.origin, Number(issue.minimum));
    case 'too_big':
      return mostOf(issue.origin, Number(issue.maximum));
    case 'invalid_format':
      return formats[issue.format] ?? ['형식이 올바르지 않습니다.', 'This is not in the right form.'];
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      // What a discriminator may be: zod names it beside the issue.
      return 'options' in issue && Array.isArray(issue.options) ? oneOf(issue.options) : wrong;
    default:
      return wrong;
  }
}

const types: Partial<Record<string, Texts>> = {
  string: ['글자로 보내 주세요.', 'Send a text.'],
  number: ['숫자로 보내 주세요.', 'Send a number.'],
  int: ['정수로 보내 주세요.', 'Send a whole number.'],
  boolean: ['true 또는 false로 보내 주세요.', 'Send true or false.'],
  array: ['목록으로 보내 주세요.', 'Send a list.'],
  object: ['JSON 객체로 보내 주세요.', 'Send a JSON object.'],
  record: ['JSON 객체로 보내 주세요.', 'Send a JSON object.'],
};

const formats: Partial<Record<string, Texts>> = {
  datetime: [
    '시간대가 있는 ISO 8601 시각이어야 합니다. 예: 2026-12-01T09:00:00+09:00',
    'It must be a time of ISO 8601 with its zone, such as 2026-12-01T09:00:00+09:00.',
  ],
  date: ['ISO 8601 날짜여야 합니다. 예: 2026-12-01', 'It must be a date of ISO 8601, such as 2026-12-01.'],
  uuid: ['올바른 식별자(UUID)가 아닙니다.', 'This is not an id (a UUID).'],
};

function leastOf(origin: string, least: number): Texts {
  if (origin === 'string') return [`${least}자 이상이어야 합니다.`, `It must have at least ${least} characters.`];
  if (origin === 'array' || origin === 'set')
    return [`${least}개 이상이어야 합니다.`, `It must have at least ${least} entries.`];
  return [`${least} 이상이어야 합니다.`, `It must be ${least} or more.`];
}

function mostOf(origin: string, most: number): Texts {
  if (origin === 'string') return [`${most}자 이하여야 합니다.`, `It must have at most ${most} characters.`];
  if (origin === 'array' || origin === 'set')
    return [`${most}개 이하여야 합니다.`, `It must have at most ${most} entries.`];
  return [`${most} 이하여야 합니다.`, `It must be ${most} or less.`];
}

function oneOf(values: readonly unknown[]): Texts {
  const list = values.map(String).join(', ');
  return [`다음 중 하나여야 합니다: ${list}`, `It must be one of: ${list}`];
}
