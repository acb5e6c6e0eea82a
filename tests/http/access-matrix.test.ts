import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import type { Answer } from '../support/clients/client.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import { nowhere, readRoutes } from '../support/clients/routes.ts';
import type { Route } from '../support/clients/routes.ts';
import { expiredToken, foreignToken, unsignedToken } from '../support/people/tokens.ts';

/** Whom a route's declared access admits. */
const admitted: Record<Route['access'], string[]> = {
  public: ['customer', 'other customer', 'pending driver', 'driver', 'company', 'admin'],
  account: ['customer', 'other customer', 'pending driver', 'driver', 'company', 'admin'],
  customer: ['customer', 'other customer'],
  operator: ['pending driver', 'driver', 'company'],
  // Who waits to be verified is told so, not that it may not.
  activeOperator: ['pending driver', 'driver', 'company'],
  admin: ['admin'],
};

describe('every route of the OpenAPI document', () => {
  let routes: Route[];
  const callers = new Map<string, Client>();
  const refused = new Map<string, Client>();

  beforeAll(async () => {
    routes = await readRoutes();
    callers.set('customer', await newCustomer());
    callers.set('other customer', await newCustomer());
    callers.set('pending driver', await newDriver({ active: false }));
    callers.set('driver', await newDriver());
    callers.set('company', await newCompany());
    const admin = await newAdmin();
    callers.set('admin', admin);
    // Each of an admin: these would open every door.
    refused.set('expired', new Client(await expiredToken(admin)));
    refused.set('another key', new Client(await foreignToken(admin)));
    refused.set('alg none', new Client(unsignedToken(admin)));
    refused.set('nonsense', new Client('not.a.token'));
    refused.set('nothing', new Client());
  });

  /** Calls a route for things that are not there, with an empty body: whoever gets in gets 404 or 422. */
  const call = (client: Client, route: Route): Promise<Answer<{ code?: string }>> =>
    client.call(nowhere(route.path), { method: route.method, ...(route.takesJson && { body: {} }) });

  it('declares who may call it', () => {
    expect(routes.length).toBeGreaterThan(15);
    for (const { name, access, budget } of routes) {
      expect({ name, known: Object.hasOwn(admitted, access), budget: Number.isInteger(budget) }).toEqual({
        name,
        known: true,
        budget: true,
      });
    }
  });

  it('lets in whom it declares, and tells everyone else that they may not', async () => {
    for (const route of routes) {
      for (const [who, client] of callers) {
        const { status, body } = await call(client, route);
        const outcome = body?.code === 'forbidden' ? 'forbidden' : 'admitted';
        const expected = admitted[route.access].includes(who) ? 'admitted' : 'forbidden';
        expect({ route: route.name, who, outcome }).toEqual({ route: route.name, who, outcome: expected });
        expect(status, `${route.name} as ${who}`).toBeLessThan(500);
      }
    }
  });

  it('takes no token but a good one', async () => {
    for (const route of routes.filter(({ access }) => access !== 'public')) {
      for (const [why, client] of refused) {
        const answer = await call(client, route);
        const code = why === 'expired' ? 'token_expired' : 'unauthenticated';
        expect({ route: route.name, why, ...answer }).toMatchObject({ route: route.name, why, ...refusal(401, code) });
        expect(answer.headers.get('WWW-Authenticate')).toBe(
          why === 'nothing' ? 'Bearer realm="kingbus"' : 'Bearer realm="kingbus", error="invalid_token"',
        );
      }
    }
  });

  it('asks nobody for a token where it is public', async () => {
    for (const route of routes.filter(({ access }) => access === 'public')) {
      for (const client of refused.values()) {
        const { body } = await call(client, route);
        expect(['unauthenticated', 'token_expired', 'forbidden'], route.name).not.toContain(body?.code);
      }
    }
  });

  it('shows a pending operator no more than itself', async () => {
    const pending = callers.get('pending driver') ?? new Client();
    for (const path of ['/v1/open-orders', `/v1/orders/${randomUUID()}`, `/v1/orders/${randomUUID()}/quotes`]) {
      const { status } = await pending.get(path);
      expect([403, 404], path).toContain(status);
    }
  });

  it.each([
    'Basic bWluamk6cGFzcw==',
    'Bearer',
    'Bearer ',
    'bearer',
    'Token x',
    `Bearer ${'x'.repeat(3000)}`,
    'Bearer a b',
  ])('takes no "Authorization: %s"', async (authorization) => {
    const answer = await new Client().get('/v1/me', { Authorization: authorization });
    expect(answer).toMatchObject(refusal(401, 'unauthenticated'));
  });

  it('reads the scheme in any case, as RFC 7235 has it', async () => {
    const { token } = await newCustomer();
    for (const scheme of ['bearer', 'BEARER']) {
      expect((await new Client().get('/v1/me', { Authorization: `${scheme} ${token}` })).status).toBe(200);
    }
  });
});
