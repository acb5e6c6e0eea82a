import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isOutage } from '../../db/engine/database-error.ts';
import { fileProblem } from '../files/file-problem.ts';
import { Overloaded } from '../overloaded.ts';
import type { Env } from './env.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';
import { Problem, problems } from './problems.ts';
import type { BrokenRule, FieldError, ProblemCode } from './problems.ts';
import { ruleText } from './rules.ts';

/** Answers whatever a route threw. What is not a Problem is logged with its cause and answered without it. */
export function onError(error: Error, c: Context<Env>): Response {
  if (error instanceof Problem) return problemResponse(c, error);
  if (error instanceof HTTPException && error.status < 500) return problemResponse(c, new Problem('malformed_request'));
  // What was refused because there is too much to do adds nothing to that.
  if (error instanceof Overloaded)
    return problemResponse(c, new Problem('unavailable', { headers: { 'Retry-After': '1' } }));
  const values = { err: error, requestId: c.get('requestId'), method: c.req.method, path: c.req.path };
  if (isOutage(error)) {
    c.env.ports.log.warn(values, 'the database did not answer');
    return problemResponse(c, new Problem('unavailable', { headers: { 'Retry-After': '2' } }));
  }
  const ofFile = fileProblem(error);
  if (ofFile) {
    if (ofFile.code === 'unavailable') c.env.ports.log.warn(values, 'the storage of files did not answer');
    if (ofFile.code === 'storage_full') c.env.ports.log.error(values, 'the storage of files is full');
    return problemResponse(c, ofFile);
  }
  c.env.ports.log.error(values, 'a request failed');
  return problemResponse(c, new Problem('internal'));
}

export function onNotFound(c: Context<Env>): Response {
  return problemResponse(c, new Problem('not_found'));
}

/** The problem as `application/problem+json` (RFC 9457), its title in the caller's language. */
export function problemResponse(c: Context<Env>, problem: Problem): Response {
  const [status, korean, english] = problems[problem.code];
  const language = languageOf(c);
  const { errors, headers, state, scope } = problem.extras;
  return c.body(
    JSON.stringify({
      type: `urn:kingbus:problem:${problem.code}`,
      title: language === 'ko' ? korean : english,
      status,
      code: problem.code,
      ...(state !== undefined && { state }),
      ...(scope !== undefined && { scope }),
      ...(errors && { errors: errors.map((each) => inWords(each, language)) }),
    }),
    status,
    {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Language': language,
      'Cache-Control': 'no-store',
      ...(scope !== undefined && { 'WWW-Authenticate': insufficient(scope) }),
      ...(status === 401 && { 'WWW-Authenticate': challengeOf(c, problem.code) }),
      ...headers,
    },
  );
}

const inWords = (error: FieldError | BrokenRule, language: Language): FieldError =>
  'rule' in error ? { pointer: error.pointer, detail: ruleText(error.rule, language) } : error;

/** RFC 6750, section 3.1: what was sent is good, and not for this. */
const insufficient = (scope: string): string => `Bearer realm="kingbus", error="insufficient_scope", scope="${scope}"`;

/** RFC 6750, section 3: a token that was sent and refused is named `invalid_token`. */
function challengeOf(c: Context<Env>, code: ProblemCode): string {
  const refused =
    code === 'token_expired' || (code === 'unauthenticated' && c.req.header('Authorization') !== undefined);
  return `Bearer realm="kingbus"${refused ? ', error="invalid_token"' : ''}`;
}
