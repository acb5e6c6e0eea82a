import type { Rule } from './rules.ts';

/**
 * Every problem that KingBus answers with, by its stable code: the status, and the title in both languages. Clients
 * branch on the code; people read the title.
 */
export const problems = {
  malformed_request: [400, '요청을 읽을 수 없습니다.', 'The request cannot be read.'],
  malformed_json: [400, '본문이 올바른 JSON이 아닙니다.', 'The body is not valid JSON.'],
  unauthenticated: [401, '로그인이 필요합니다.', 'Please log in.'],
  token_expired: [401, '로그인이 만료되었습니다.', 'The access token has expired.'],
  invalid_credentials: [401, '아이디 또는 비밀번호가 올바르지 않습니다.', 'The username or the password is wrong.'],
  session_ended: [401, '세션이 끝났습니다. 다시 로그인해 주세요.', 'This session has ended. Please log in again.'],
  forbidden: [403, '이 작업을 할 권한이 없습니다.', 'You may not do this.'],
  origin_not_allowed: [403, '허용되지 않은 출처입니다.', 'This origin is not allowed.'],
  operator_not_active: [403, '운영자 확인이 끝나야 이용할 수 있습니다.', 'An admin has to verify your account first.'],
  account_suspended: [403, '이용이 정지된 계정입니다.', 'This account is suspended.'],
  not_found: [404, '찾을 수 없습니다.', 'Not found.'],
  method_not_allowed: [405, '허용되지 않은 메서드입니다.', 'This method is not allowed here.'],
  username_taken: [409, '이미 사용 중인 아이디입니다.', 'This username is taken.'],
  email_taken: [409, '이미 사용 중인 이메일입니다.', 'This email address is taken.'],
  phone_taken: [409, '이미 사용 중인 전화번호입니다.', 'This phone number is taken.'],
  order_not_open: [409, '더 이상 견적을 받지 않는 주문입니다.', 'The order is no longer open.'],
  quote_exists: [409, '이 주문에 이미 견적을 보냈습니다.', 'You have already sent a quote for this order.'],
  quote_not_submitted: [409, '선택할 수 없는 견적입니다.', 'The quote can no longer be selected.'],
  own_account: [409, '자신의 계정에는 할 수 없는 작업입니다.', 'You cannot do this to your own account.'],
  account_not_pending: [409, '확인을 기다리는 계정이 아닙니다.', 'The account is not waiting for verification.'],
  message_conflict: [
    409,
    '같은 ID로 다른 내용의 메시지가 이미 있습니다.',
    'This message id was used with another body.',
  ],
  message_not_changeable: [409, '이 메시지는 더 이상 바꿀 수 없습니다.', 'This message can no longer be changed.'],
  payload_too_large: [413, '본문이 너무 큽니다.', 'The body is too large.'],
  unsupported_media_type: [415, '지원하지 않는 형식입니다.', 'Send application/json.'],
  validation_failed: [422, '입력값을 확인해 주세요.', 'Some of the input is not valid.'],
  idempotency_conflict: [
    422,
    '같은 Idempotency-Key로 다른 요청을 보냈습니다.',
    'This Idempotency-Key was used with another request.',
  ],
  upgrade_required: [426, 'WebSocket으로 연결해 주세요.', 'Connect with a WebSocket here.'],
  too_many_requests: [
    429,
    '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.',
    'Too many requests. Please try again later.',
  ],
  internal: [500, '서버에 문제가 생겼습니다.', 'Something went wrong on our side.'],
  unavailable: [
    503,
    '잠시 이용할 수 없습니다. 곧 다시 시도해 주세요.',
    'Temporarily unavailable. Please try again soon.',
  ],
} as const satisfies Record<string, readonly [status: number, korean: string, english: string]>;

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
