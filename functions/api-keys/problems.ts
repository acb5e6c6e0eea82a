import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const apiKeyProblems = {
  scope_missing: [403, '이 API 키에는 필요한 권한 범위가 없습니다.', 'This API key lacks the scope that this takes.'],
  not_by_key: [403, 'API 키로는 할 수 없는 작업입니다.', 'This cannot be done with an API key.'],
  too_many_keys: [409, 'API 키는 20개까지 만들 수 있습니다.', 'An account may have 20 API keys.'],
} as const satisfies ProblemTexts;

export const apiKeyRules = {
  no_scope: ['권한 범위를 하나 이상 골라 주세요.', 'Choose at least one scope.'],
  key_too_long: ['API 키는 2년까지 쓸 수 있습니다.', 'A key lasts two years at most.'],
} as const satisfies RuleTexts;
