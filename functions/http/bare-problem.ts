import type { Language } from './language.ts';
import { problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';
import { securityHeaderFields } from './security-headers.ts';

export interface BareProblem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * A problem (RFC 9457) where no application answers: an adapter's, to what is no request, or a Worker's that cannot start. It
 * looks as any other.
 */
export function bareProblem(code: ProblemCode, language: Language): BareProblem {
  const [status, korean, english] = problems[code];
  const title = language === 'ko' ? korean : english;
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Language': language,
      'Cache-Control': 'no-store',
      'X-Request-Id': crypto.randomUUID(),
      ...Object.fromEntries(securityHeaderFields),
    },
    body: JSON.stringify({ type: `urn:kingbus:problem:${code}`, title, status, code }),
  };
}
