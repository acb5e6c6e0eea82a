import { isOutage } from '../../db/engine/database-error.ts';
import { Problem } from '../http/problems.ts';
import type { ProblemCode } from '../http/problems.ts';
import type { Log } from '../ports.ts';
import type { ChatErrorCode } from './frames.ts';

const codes: Partial<Record<ProblemCode, ChatErrorCode>> = {
  unauthenticated: 'unauthenticated',
  token_expired: 'token_expired',
  scope_missing: 'scope_missing',
  not_found: 'not_found',
  message_not_found: 'message_not_found',
  file_not_found: 'file_not_found',
  message_conflict: 'conflict',
  message_not_changeable: 'not_changeable',
  unavailable: 'unavailable',
};

/** What a client is told of an error. What is nobody's mistake is logged. */
export function codeOf(error: unknown, log: Log): ChatErrorCode {
  const code = error instanceof Problem ? codes[error.code] : undefined;
  if (code !== undefined) return code;
  if (isOutage(error)) log.warn({ err: error }, 'the database did not answer');
  else log.error({ err: error }, 'a frame failed');
  return 'unavailable';
}
