import { bareProblem } from '../../functions/http/bare-problem.ts';

/** The 503 of a Worker that has no application to answer with: it says nothing of the cause. */
export function unavailable(request: Request): Response {
  const language = /^ko\b/iu.test(request.headers.get('Accept-Language') ?? '') ? 'ko' : 'en';
  const { status, headers, body } = bareProblem('unavailable', language);
  return new Response(body, { status, headers: { ...headers, 'Retry-After': '60' } });
}
