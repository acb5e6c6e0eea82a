import type { ProblemTexts } from '../http/problem-texts.ts';

export const operatorProblems = {
  operator_not_active: [403, '운영자 확인이 끝나야 이용할 수 있습니다.', 'An admin has to verify your account first.'],
  account_not_pending: [409, '확인을 기다리는 계정이 아닙니다.', 'The account is not waiting for verification.'],
} as const satisfies ProblemTexts;
