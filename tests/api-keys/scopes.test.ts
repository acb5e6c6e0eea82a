import { describe, expect, it } from 'vitest';
import { endpoints } from '../../functions/endpoints.ts';
import { scopeOf, scopes } from '../../functions/identity/scopes.ts';
import type { Scope } from '../../functions/identity/scopes.ts';
import { Client } from '../support/clients/client.ts';

interface Operation {
  operationId: string;
  'x-scope'?: string;
  'x-not-by-key'?: string;
  security: Record<string, string[]>[];
}

const { body: document } = await new Client().get<{ paths: Record<string, Record<string, Operation>> }>(
  '/openapi.json',
);

/** Whatever is about these no key may do, also where a route of it comes later. */
const never =
  /^\/v1\/admin\/|^\/v1\/(?:sessions|codes|recovery)\b|\/api-keys|\/sessions|password|^(?:put|patch|delete|post) \/v1\/me(?:$|\/(?:email|phone|consents))/u;

describe('every endpoint', () => {
  it.each(endpoints)('$name has a scope, or says why none opens it', ({ name, method, path, byKey }) => {
    const operation = document.paths[path]?.[method];
    expect(operation?.operationId).toBe(name);
    if ('scope' in byKey) {
      expect(scopes).toContain(byKey.scope);
      expect(operation?.['x-scope']).toBe(byKey.scope);
      expect(operation?.security).toEqual([{ bearer: [] }, { apiKey: [byKey.scope] }]);
      expect(byKey.scope.endsWith(method === 'get' ? ':read' : ':write')).toBe(true);
      expect(`${method} ${path}`).not.toMatch(never);
      expect(path).not.toMatch(never);
    } else {
      expect(byKey.closed, 'say in functions/identity/scopes.ts why no key opens it').not.toMatch(/yet/u);
      expect(operation).toMatchObject({ 'x-not-by-key': byKey.closed });
      expect(operation?.security.some((each) => 'apiKey' in each)).toBe(false);
    }
  });

  it('that is open to keys covers every scope that has routes', () => {
    const used = new Set(endpoints.flatMap(({ byKey }) => ('scope' in byKey ? [byKey.scope] : [])));
    const features: readonly Scope[] = ['account:read', 'orders:read', 'orders:write', 'quotes:write', 'rooms:write'];
    expect([...used]).toEqual(expect.arrayContaining([...features]));
  });
});

describe('a route', () => {
  it.each([
    ['of a feature that nobody thought of', { access: 'account', method: 'get', tags: ['payments'] }, undefined],
    ['that writes an account', { access: 'account', method: 'patch', tags: ['accounts'] }, undefined],
    ['that reads one', { access: 'account', method: 'get', tags: ['accounts'] }, 'account:read'],
    [
      'that says that no key opens it',
      { access: 'account', method: 'get', tags: ['orders'], notByKey: 'No.' },
      undefined,
    ],
    ['of admins', { access: 'admin', method: 'get', tags: ['orders'] }, undefined],
    ['that asks nobody', { access: 'public', method: 'get', tags: ['orders'] }, undefined],
    ['that puts', { access: 'operator', method: 'put', tags: ['quotes'] }, 'quotes:write'],
  ] as const)('%s', (_what, route, scope) => {
    const found = scopeOf(route);
    expect('scope' in found ? found.scope : undefined).toBe(scope);
  });
});

it('the page of the API says it, too', async () => {
  const { text } = await new Client().get('/docs');
  expect(text).toContain('by API key with orders:write');
});
