import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const codeProblems = {
  invalid_code: [
    403,
    '인증번호가 올바르지 않거나 만료되었습니다.',
    'This code is wrong, or good no longer. Please ask for a new one.',
  ],
} as const satisfies ProblemTexts;

export const codeRules = {
  code: ['인증번호는 여섯 자리 숫자입니다.', 'A code has six digits.'],
} as const satisfies RuleTexts;
