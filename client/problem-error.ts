import type { ProblemCode } from '../functions/http/problems.ts';
import { rateLimitsOf } from './rate-limits.ts';
import type { RateLimit } from './rate-limits.ts';

/** An answer of the API that is no success (RFC 9457). Branch on `code`, show `title` to people. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly status: number;
  /** One of ours; or `http_502` and the like, where what stands between answers without one. */
  readonly code: ProblemCode | (string & Record<never, never>);
  /** In the language of the call. */
  readonly title: string;
  /** What is wrong with the input: where, as a JSON pointer, and what. */
  readonly errors: readonly { pointer: string; detail: string }[];
  /** Of `scope_missing`: the scope that the key lacks. */
  readonly scope: string | undefined;
  /** What is limited, and what is left of it. */
  readonly rateLimits: readonly RateLimit[];
  /** Seconds after which to try again, where the answer says so. */
  readonly retryAfter: number | undefined;

  constructor(problem: {
    status: number;
    code: string;
    title: string;
    errors?: readonly { pointer: string; detail: string }[];
    scope?: string | undefined;
    rateLimits?: readonly RateLimit[];
    retryAfter?: number | undefined;
  }) {
    super(`${problem.status} ${problem.code}: ${problem.title}`);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.errors = problem.errors ?? [];
    this.scope = problem.scope;
    this.rateLimits = problem.rateLimits ?? [];
    this.retryAfter = problem.retryAfter;
  }

  static async from(response: Response): Promise<ProblemError> {
    const { status } = response;
    const fallback = { status, code: `http_${status}`, title: response.statusText };
    const problem = (await response.json().catch(() => ({}))) as Partial<typeof fallback>;
    const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
    const rateLimits = rateLimitsOf(response.headers);
    return new ProblemError({
      ...fallback,
      ...problem,
      rateLimits,
      retryAfter: Number.isFinite(wait) ? wait : undefined,
    });
  }
}
