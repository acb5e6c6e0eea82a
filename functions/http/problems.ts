import { accountProblems } from '../accounts/problems.ts';
import { documentProblems } from '../documents/problems.ts';
import { codeProblems } from '../codes/problems.ts';
import { apiKeyProblems } from '../api-keys/problems.ts';
import { fileProblems } from '../files/problems.ts';
import { operatorProblems } from '../operators/problems.ts';
import { orderProblems } from '../orders/problems.ts';
import { quoteProblems } from '../quotes/problems.ts';
import { roomProblems } from '../rooms/problems.ts';
import { sessionProblems } from '../sessions/problems.ts';
import { vehicleProblems } from '../vehicles/problems.ts';
import type { ProblemTexts } from './problem-texts.ts';
import type { Rule } from './rules.ts';

/**
 * Every problem that KingBus answers with, by its stable code: the status, and the title in both languages. Clients
 * branch on the code; people read the title. What only one feature answers stands with that feature.
 */
export const problems = {
  malformed_request: [400, '요청을 읽을 수 없습니다.', 'The request cannot be read.'],
  malformed_json: [400, '본문이 올바른 JSON이 아닙니다.', 'The body is not valid JSON.'],
  malformed_multipart: [
    400,
    '본문이 올바른 multipart/form-data가 아닙니다.',
    'The body is not valid multipart/form-data.',
  ],
  unauthenticated: [401, '로그인이 필요합니다.', 'Please log in.'],
  token_expired: [401, '로그인이 만료되었습니다.', 'The access token has expired.'],
  forbidden: [403, '이 작업을 할 권한이 없습니다.', 'You may not do this.'],
  origin_not_allowed: [403, '허용되지 않은 출처입니다.', 'This origin is not allowed.'],
  not_found: [404, '찾을 수 없습니다.', 'Not found.'],
  method_not_allowed: [405, '허용되지 않은 메서드입니다.', 'This method is not allowed here.'],
  precondition_failed: [
    412,
    '그동안 내용이 바뀌었습니다. 다시 불러온 뒤 시도해 주세요.',
    'It has changed in the meantime. Load it again first.',
  ],
  request_timeout: [408, '요청이 제때 끝나지 않았습니다.', 'The request did not end in time.'],
  payload_too_large: [413, '본문이 너무 큽니다.', 'The body is too large.'],
  unsupported_media_type: [415, '지원하지 않는 형식입니다.', 'A body of this type is not accepted here.'],
  expectation_failed: [417, 'Expect 헤더를 지원하지 않습니다.', 'This Expect is not fulfilled here.'],
  validation_failed: [422, '입력값을 확인해 주세요.', 'Some of the input is not valid.'],
  idempotency_conflict: [
    422,
    '같은 Idempotency-Key로 다른 요청을 보냈습니다.',
    'This Idempotency-Key was used with another request.',
  ],
  upgrade_required: [426, 'WebSocket으로 연결해 주세요.', 'Connect with a WebSocket here.'],
  precondition_required: [428, 'If-Match 헤더가 필요합니다.', 'Send If-Match with the ETag of what you change.'],
  too_many_requests: [
    429,
    '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.',
    'Too many requests. Please try again later.',
  ],
  headers_too_large: [431, '요청의 헤더가 너무 큽니다.', 'The header of the request is too large.'],
  internal: [500, '서버에 문제가 생겼습니다.', 'Something went wrong on our side.'],
  unavailable: [
    503,
    '잠시 이용할 수 없습니다. 곧 다시 시도해 주세요.',
    'Temporarily unavailable. Please try again soon.',
  ],
  ...accountProblems,
  ...codeProblems,
  ...apiKeyProblems,
  ...operatorProblems,
  ...sessionProblems,
  ...orderProblems,
  ...quoteProblems,
  ...roomProblems,
  ...fileProblems,
  ...vehicleProblems,
  ...documentProblems,
} as const satisfies ProblemTexts;

export type ProblemCode = keyof typeof problems;

/** One thing wrong with the input: where, as a JSON pointer (RFC 6901), and what. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** The same, as a verb says it: by the name of one of our rules, put into words when the answer's language is known. */
export interface BrokenRule {
  pointer: string;
  rule: Rule;
}

export interface ProblemExtras {
  errors?: (FieldError | BrokenRule)[];
  headers?: Record<string, string>;
  /** The scope that a key lacks. */
  scope?: string;
  /** The state that stands, where a step was asked for that it does not allow. */
  state?: string;
}

/** Thrown by verbs and handlers; functions/http/on-error.ts turns it into an answer (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(code);
    this.code = code;
    this.extras = extras;
  }
}
