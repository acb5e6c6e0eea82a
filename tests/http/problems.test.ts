import { describe, expect, inject, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import { allowedOrigin } from '../support/servers/context.ts';
import { newCustomer } from '../support/people/people.ts';
import { fill, readRoutes } from '../support/clients/routes.ts';

describe('problems', () => {
  it.each([
    ['ko', '찾을 수 없습니다.', 'ko'],
    ['ko-KR, en;q=0.5', '찾을 수 없습니다.', 'ko'],
    ['en-US, ko;q=0.9', 'Not found.', 'en'],
    ['fr, ko;q=0.5, en;q=0.4', '찾을 수 없습니다.', 'ko'],
    ['fr', 'Not found.', 'en'],
    ['', 'Not found.', 'en'],
  ])('are titled for "Accept-Language: %s"', async (language, title, content) => {
    const answer = await new Client().get('/v1/nothing', { 'Accept-Language': language });
    expect(answer).toMatchObject(refusal(404, 'not_found'));
    expect(answer.body).toEqual({ type: 'urn:kingbus:problem:not_found', title, status: 404, code: 'not_found' });
    expect(answer.headers.get('Content-Language')).toBe(content);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  it('name the methods that a path has', async () => {
    const byPath = Map.groupBy(await readRoutes(), ({ path }) => path);
    for (const [path, routes] of byPath) {
      const methods = routes.map(({ method }) => method);
      const missing = ['DELETE', 'PATCH', 'PUT', 'POST'].find((method) => !methods.includes(method)) ?? 'BREW';
      const answer = await new Client().call(
        fill(path, () => 'x'),
        { method: missing },
      );
      expect({ path, ...answer }).toMatchObject({ path, ...refusal(405, 'method_not_allowed') });
      const allowed = (answer.headers.get('Allow') ?? '').split(', ');
      expect(new Set(allowed)).toEqual(new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])]));
    }
  });

  it('come with the id of their request, ours or the caller’s', async () => {
    const own = await new Client().get('/v1/nothing', { 'X-Request-Id': 'trace-1' });
    expect(own.headers.get('X-Request-Id')).toBe('trace-1');
    const made = await new Client().get('/v1/nothing');
    expect(made.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/u);
    const bad = await new Client().get('/v1/nothing', { 'X-Request-Id': 'a"<b>' });
    expect(bad.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/u);
  });
});

describe('every answer', () => {
  it('tells browsers to load and run nothing', async () => {
    const customer = await newCustomer();
    for (const path of ['/v1/me', '/v1/nothing', '/healthz', '/openapi.json', '/.well-known/jwks.json']) {
      const { headers } = await customer.get(path);
      expect(Object.fromEntries(headers), path).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
    }
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    new Client().call('/v1/orders', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });

  it('lets our own pages call, with credentials', async () => {
    for (const origin of [inject('issuer'), allowedOrigin]) {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(headers.get('Access-Control-Allow-Headers')).toContain('Idempotency-Key');
      const answer = await new Client().get('/v1/me', { Origin: origin });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
      expect(answer.headers.get('Vary')).toContain('Origin');
    }
  });

  it.each(['http://evil.test', 'null', 'http://kingbus.test.evil.test', 'https://kingbus.test'])(
    'tells the page of %s nothing',
    async (origin) => {
      expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull();
      const answer = await new Client().get('/v1/me', { Origin: origin });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
    },
  );
});
