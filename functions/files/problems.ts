import type { ProblemTexts } from '../http/problem-texts.ts';

export const fileProblems = {
  range_not_satisfiable: [416, '요청한 범위가 파일에 없습니다.', 'The file has no byte in this range.'],
} as const satisfies ProblemTexts;
