import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Answer } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { manyRows } from '../support/examples/example.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import type { People } from '../support/examples/people.ts';
import { callerOf, isGood, send } from '../support/examples/request.ts';

/** `Server-Timing: db;dur=1.2;desc="2 of 3 statements"` */
function statementsOf({ headers }: Answer): { ran: number; budget: number } {
  const [, ran, budget] = /desc="(\d+) of (\d+) statements"/u.exec(headers.get('Server-Timing') ?? '') ?? [];
  return { ran: Number(ran), budget: Number(budget) };
}

const routes = await readRoutes();
let people: People;

beforeAll(async () => {
  people = await gatherPeople();
});

describe('the query budget', () => {
  it.each(routes)('of $name is the one it declares, and holds', async (route) => {
    const example = await exampleOf(route.name)(people);
    const answer = await send(callerOf(people, example, example.may[0]), route, example);
    expect(answer).toMatchObject({ status: expect.toSatisfy(isGood) });
    const { ran, budget } = statementsOf(answer);
    expect(budget).toBe(route.budget);
    expect(ran).toBeLessThanOrEqual(budget);
  });

  it.each(routes.filter(({ isList }) => isList))('of $name holds for one row as for many', async (route) => {
    const { path, may, lengthen } = await exampleOf(route.name)(people);
    expect(lengthen, 'the example of a list has to say how it gets long').toBeDefined();
    await lengthen?.();
    const list = (limit: number) => people[may[0]].get<Page<unknown>>(`${path}?limit=${limit}`);
    const [short, long] = [await list(1), await list(100)];
    expect(short.body.items).toHaveLength(1);
    expect(long.body.items.length).toBeGreaterThanOrEqual(manyRows);
    expect(statementsOf(long)).toEqual(statementsOf(short));
  });
});
