import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import { nowhere, readRoutes } from '../support/clients/routes.ts';
import type { Route } from '../support/clients/routes.ts';
import { linesOfAudit } from '../support/examples/audit.ts';
import { Ears } from '../support/examples/ears.ts';
import { accounts, activeOperators, customers, everyone, notActive, operators } from '../support/examples/example.ts';
import type { Example } from '../support/examples/example.ts';
import { exampleOf, examples } from '../support/examples/gather.ts';
import { callers, gatherPeople } from '../support/examples/people.ts';
import type { Caller, People } from '../support/examples/people.ts';
import { callerOf, isGood, look, send } from '../support/examples/request.ts';
import { newCustomer } from '../support/people/people.ts';
import { expiredToken, foreignToken, unsignedToken } from '../support/people/tokens.ts';

/** Whom a route's declared access admits. */
const admitted: Record<Route['access'], readonly Caller[]> = {
  public: everyone,
  account: accounts,
  customer: customers,
  operator: operators,
  activeOperator: activeOperators,
  admin: ['admin'],
  // Nobody whom we know: whoever signs as the provider does.
  webhook: [],
};

const suspendedCallers: readonly Caller[] = ['suspendedCustomer', 'suspendedDriver', 'suspendedAdmin'];

/** Whom a route admits by the role alone: what they are told besides is by their state. */
const byRole: Record<Route['access'], readonly Caller[]> = {
  ...admitted,
  account: [...accounts, 'suspendedAdmin'],
  activeOperator: operators,
  admin: ['admin', 'suspendedAdmin'],
};

/** Whether a route refuses a suspended account of the right role: whoever would write, and all that is an admin's or the market's. */
const refusesSuspended = (caller: Caller, { method, access }: Route): boolean =>
  method !== 'GET' || access === 'activeOperator' || caller === 'suspendedAdmin';

const routes = await readRoutes();
let people: People;
let ears: Ears;
/** Tokens that open no door, each of an admin: theirs would open every one. */
const badTokens = new Map<string, Client>();

beforeAll(async () => {
  people = await gatherPeople();
  ears = await Ears.open(people);
  badTokens.set('expired', new Client(await expiredToken(people.admin)));
  badTokens.set('another key', new Client(await foreignToken(people.admin)));
  badTokens.set('alg none', new Client(unsignedToken(people.admin)));
  badTokens.set('nonsense', new Client('not.a.token'));
  badTokens.set('nothing', people.nobody);
});
afterAll(() => ears.close());

/** What a caller is told who may not. */
function refusalOf(caller: Caller, route: Route, { refusals }: Example): string {
  const { access } = route;
  if (caller === 'nobody') return 'unauthenticated';
  if (!byRole[access].includes(caller)) return 'forbidden';
  if (suspendedCallers.includes(caller) && refusesSuspended(caller, route)) return 'account_suspended';
  if (admitted[access].includes(caller)) return refusals?.[caller] ?? 'not_found';
  return notActive[caller as keyof typeof notActive];
}

describe.each(routes)('$name', (route) => {
  const prepare = exampleOf(route.name);
  const writes = route.method !== 'GET';

  it('tells whoever may not call it so, changes nothing, and tells nobody else', async () => {
    const example = await prepare(people);
    const barred = callers.filter((caller) => !example.may.includes(caller));
    if (barred.length === 0) return;
    if (writes) {
      expect(example.shows, `${route.name} writes: its example has to say what shows it`).toBeDefined();
      await ears.news();
    }
    const clients = barred.map((caller) => people[caller]);
    const [before, lines] = [await look(people, example), await linesOfAudit(clients)];
    const unknown = { ...example, path: nowhere(route.path) };
    for (const caller of barred) {
      const answer = await send(callerOf(people, example, caller), route, example);
      const code = refusalOf(caller, route, example);
      expect({ caller, code: answer.body?.code, text: answer.text }).toMatchObject({ caller, code });
      // What is there and none of theirs looks to them as what is not there at all.
      if (code === 'not_found') expect(answer.body).toEqual((await send(people[caller], route, unknown)).body);
    }
    if (route.access !== 'public') await expectNoBadToken(route, example);
    expect(await look(people, example)).toEqual(before);
    expect(await linesOfAudit(clients)).toBe(lines);
    if (writes) expect(await ears.news()).toEqual([]);
    // All of that was refused on a thing that is there, and by a request that works.
    expect(await send(callerOf(people, example, example.may[0]), route, example)).toMatchObject({
      status: expect.toSatisfy(isGood),
    });
  });

  it('does as it is asked for each who may', async () => {
    let example = await prepare(people);
    for (const caller of example.may) {
      const { status, text } = await send(callerOf(people, example, caller), route, example);
      expect(route.statuses, `${route.name} as ${caller}: ${status} ${text}`).toContain(status);
      expect({ caller, status, text }).toMatchObject({ status: expect.toSatisfy(isGood) });
      if (writes) example = await prepare(people);
    }
  });
});

async function expectNoBadToken(route: Route, example: Example): Promise<void> {
  for (const [why, client] of badTokens) {
    const answer = await send(client, route, example);
    const code = why === 'expired' ? 'token_expired' : 'unauthenticated';
    expect({ why, ...answer }).toMatchObject({ why, ...refusal(401, code) });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      why === 'nothing' ? 'Bearer realm="kingbus"' : 'Bearer realm="kingbus", error="invalid_token"',
    );
  }
}

describe('a suspended account', () => {
  const table = routes
    .filter(({ access }) => access !== 'public')
    .flatMap((route) =>
      suspendedCallers.filter((caller) => byRole[route.access].includes(caller)).map((caller) => ({ route, caller })),
    );

  it.each(table.filter(({ route, caller }) => refusesSuspended(caller, route)))(
    '$caller cannot $route.name, whatever its token says',
    async ({ route, caller }) => {
      const answer = await send(people[caller], route, await exampleOf(route.name)(people));
      expect(answer).toMatchObject(refusal(403, 'account_suspended'));
    },
  );

  it('writes nothing on any route, and an admin reads nothing', () => {
    const refused = table.filter(({ route, caller }) => refusesSuspended(caller, route));
    expect(refused.filter(({ route }) => route.method !== 'GET').length).toBeGreaterThan(15);
    expect(refused.filter(({ caller, route }) => caller === 'suspendedAdmin' && route.method === 'GET').length).toBe(
      routes.filter(({ access, method }) => method === 'GET' && (access === 'account' || access === 'admin')).length,
    );
  });
});

describe('the OpenAPI document', () => {
  it('declares who may call each route, and how many statements it may run', () => {
    expect(routes.length).toBeGreaterThan(15);
    for (const { name, access, budget } of routes) {
      expect({ name, known: Object.hasOwn(admitted, access), budget: Number.isInteger(budget) }).toEqual({
        name,
        known: true,
        budget: true,
      });
    }
  });

  it('has every route that an example is of', () => {
    expect([...examples.keys()].toSorted()).toEqual(routes.map(({ name }) => name).toSorted());
  });
});

describe('the Authorization header', () => {
  it('is not asked for where a route is public, and not looked at', async () => {
    for (const route of routes.filter(({ access }) => access === 'public')) {
      const prepare = exampleOf(route.name);
      for (const client of badTokens.values()) {
        expect({ route: route.name, ...(await send(client, route, await prepare(people))) }).toMatchObject({
          status: expect.toSatisfy(isGood),
        });
      }
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
  ])('admits nobody with "%s"', async (authorization) => {
    const answer = await new Client().get('/v1/me', { Authorization: authorization });
    expect(answer).toMatchObject(refusal(401, 'unauthenticated'));
  });

  it('has its scheme in any case, as RFC 7235 has it', async () => {
    const { token } = await newCustomer();
    for (const scheme of ['bearer', 'BEARER']) {
      expect((await new Client().get('/v1/me', { Authorization: `${scheme} ${token}` })).status).toBe(200);
    }
  });
});
