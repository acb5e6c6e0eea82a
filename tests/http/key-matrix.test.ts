import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../../functions/identity/scopes.ts';
import type { Scope } from '../../functions/identity/scopes.ts';
import { accounts } from '../../schema/accounts.ts';
import { apiKeys } from '../../schema/api-keys.ts';
import type { AccountId, ApiKeyId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import type { Route } from '../support/clients/routes.ts';
import { database } from '../support/db/run-database.ts';
import { linesOfAudit } from '../support/examples/audit.ts';
import type { Example } from '../support/examples/example.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { callers, gatherPeople } from '../support/examples/people.ts';
import type { Caller, People } from '../support/examples/people.ts';
import { callerOf, isGood, look, send } from '../support/examples/request.ts';
import { newKey } from '../support/people/keys.ts';
import { newAdmin, newCompany, newCustomer, newDriver, Person } from '../support/people/people.ts';

// Keys, on every route that asks who calls: a key is let in where its owner is, and then by its scope alone.

const routes = (await readRoutes()).filter(({ access }) => access !== 'public' && access !== 'webhook');
/** Whose keys are tried. An admin has none; one that came to be all the same opens nothing. */
const owners = callers.filter((caller) => caller !== 'nobody');
const isSuspended = (caller: Caller) => caller.startsWith('suspended');
const isAdmin = (caller: Caller) => caller === 'admin' || caller === 'suspendedAdmin';

let people: People;
let closed: Person[];

beforeAll(async () => {
  people = await gatherPeople();
  closed = await Promise.all([newCustomer(), newDriver(), newCompany()]);
  for (const { id } of closed) {
    await database()
      .update(accounts)
      .set({ state: 'closed' })
      .where(eq(accounts.id, id as AccountId));
  }
});

const ownerOf = (example: Example, caller: Caller): Person => {
  const client = callerOf(people, example, caller);
  if (!(client instanceof Person)) throw new Error(`${caller} has no account`);
  return client;
};

/** What a key of this caller's is told at a route that it has no scope for; the account's own state comes first. */
function withoutScope(caller: Caller, { scope }: Route) {
  if (isAdmin(caller)) return refusal(401, 'unauthenticated');
  if (isSuspended(caller)) return refusal(403, 'account_suspended');
  return scope === undefined ? refusal(403, 'not_by_key') : { status: 403, body: { code: 'scope_missing', scope } };
}

describe.each(routes)('$name', (route) => {
  const { scope } = route;
  const others = scopes.filter((each) => each !== scope);

  it('opens to no key without its scope, of whomever, nor to one that is revoked or of a closed account', async () => {
    const example = await exampleOf(route.name)(people);
    const everybody = owners.map((caller) => ownerOf(example, caller));
    const [before, lines] = [await look(people, example), await linesOfAudit(everybody)];
    for (const caller of owners) {
      const answer = await send(await newKey(ownerOf(example, caller), others), route, example);
      expect({ caller, ...answer }).toMatchObject({ caller, ...withoutScope(caller, route) });
      expect(route.codes).toContain(answer.body?.code);
    }
    const revoked = await newKey(ownerOf(example, example.may[0]));
    await database()
      .update(apiKeys)
      .set({ revokedAt: new Date().toISOString() })
      .where(eq(apiKeys.id, revoked.id as ApiKeyId));
    const gone = [revoked, ...(await Promise.all(closed.map((person) => newKey(person))))];
    for (const key of gone) expect(await send(key, route, example)).toMatchObject(refusal(401, 'unauthenticated'));
    // Where keys are shown, those that were tried are, too.
    if (!route.path.includes('/api-keys')) expect(await look(people, example)).toEqual(before);
    expect(await linesOfAudit(everybody)).toBe(lines);
  });

  it.runIf(scope !== undefined)('opens to a key with its scope as to its owner', async () => {
    const only = [scope as Scope];
    const example = await exampleOf(route.name)(people);
    for (const caller of owners.filter((each) => !example.may.includes(each))) {
      const owner = ownerOf(example, caller);
      const byPerson = await send(owner, route, example);
      const byKey = await send(await newKey(owner, only), route, example);
      const code = isSuspended(caller) || isAdmin(caller) ? withoutScope(caller, route).body.code : byPerson.body?.code;
      expect({ caller, code: byKey.body?.code }).toEqual({ caller, code });
    }
    for (const caller of example.may) {
      const fresh = await exampleOf(route.name)(people);
      const answer = await send(await newKey(ownerOf(fresh, caller), only), route, fresh);
      if (isSuspended(caller) || isAdmin(caller)) expect(answer).toMatchObject(withoutScope(caller, route));
      else expect({ caller, ...answer }).toMatchObject({ caller, status: expect.toSatisfy(isGood) });
    }
  });

  it('is shut to the token of a closed account wherever it would write', async () => {
    if (route.method === 'GET') return;
    const example = await exampleOf(route.name)(people);
    for (const person of closed) {
      const { status } = await send(person, route, example);
      // What is wrong with the input may be said first.
      expect([401, 403, 404, 422]).toContain(status);
    }
    expect(await send(new Client(), route, example)).toMatchObject(refusal(401, 'unauthenticated'));
  });
});

it('an admin has no key, and one that came to be opens nothing', async () => {
  const key = await newKey(await newAdmin());
  for (const path of ['/v1/me', '/v1/admin/jobs', '/v1/rooms']) {
    expect(await key.get(path)).toMatchObject(refusal(401, 'unauthenticated'));
  }
});
