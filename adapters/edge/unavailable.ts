import { problems } from '../../functions/http/problems.ts';

/** The 503 of a Worker that has no application to answer with: it says nothing of the cause. */
export function unavailable(request: Request): Response {
  const [status, korean, english] = problems.unavailable;
  const inKorean = /^ko\b/iu.test(request.headers.get('Accept-Language') ?? '');
  return Response.json(
    {
      type: 'urn:kingbus:problem:unavailable',
      title: inKorean ? korean : english,
      status,
      code: 'unavailable',
    },
    {
      status,
      headers: {
        'Content-Type': 'application/problem+json; charset=utf-8',
        'Content-Language': inKorean ? 'ko' : 'en',
        'Cache-Control': 'no-store',
        'Retry-After': '60',
      },
    },
  );
}
