import { expect } from 'vitest';
import { Client } from '../clients/client.ts';
import type { Answer, Call } from '../clients/client.ts';
import type { Route } from '../clients/routes.ts';
import type { Example } from './example.ts';
import { callerOf, isGood, look, send } from './request.ts';
import type { People } from './people.ts';

/** What is put in the place of a part of a request that works, and what people call it. */
export type Spoilt = [what: string, instead: Call & { path?: string }];

/**
 * Sends a working request with each of these in the place of what was good. Whatever is wrong with it, the answer is one
 * that the route documents, and where every one of them was refused the thing is as it was.
 */
export async function sendSpoilt(
  people: People,
  route: Route,
  example: Example,
  requests: Spoilt[],
): Promise<Answer<{ code?: string }>[]> {
  const before = await look(people, example);
  const answers = await Promise.all(
    requests.map(async ([what, instead]) => {
      // Public routes count attempts by address: each call comes from a new one.
      const client = route.access === 'public' ? new Client() : callerOf(people, example, example.may[0]);
      const answer = await send<{ code?: string }>(client, route, example, instead);
      expectDocumented(route, `${route.name} with ${what}`, answer, instead.path !== undefined);
      return answer;
    }),
  );
  if (!answers.some(({ status }) => isGood(status))) expect(await look(people, example)).toEqual(before);
  return answers;
}

function expectDocumented(route: Route, label: string, answer: Answer<{ code?: string }>, elsewhere: boolean): void {
  const said = `${label}: ${answer.status} ${answer.text.slice(0, 300)}`;
  expect(answer.status, said).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.headers.get('Content-Type'), said).toMatch(/^application\/problem\+json/u);
  expect(answer.body, said).toMatchObject({
    type: `urn:kingbus:problem:${answer.body.code}`,
    title: expect.any(String),
    status: answer.status,
  });
  // A path that matches no route belongs to none.
  if (!elsewhere) expect(route.codes, said).toContain(answer.body.code);
}
