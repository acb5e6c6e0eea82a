import type { ProblemTexts } from '../http/problem-texts.ts';

export const sessionProblems = {
  invalid_credentials: [401, '아이디 또는 비밀번호가 올바르지 않습니다.', 'The username or the password is wrong.'],
  session_ended: [401, '세션이 끝났습니다. 다시 로그인해 주세요.', 'This session has ended. Please log in again.'],
} as const satisfies ProblemTexts;
