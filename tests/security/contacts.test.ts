import { expect, it } from 'vitest';
import { Client } from '../support/clients/client.ts';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown>; 'x-access'?: string }>>;
  components: { schemas: Record<string, unknown> };
}

/** By which names answers show how somebody is reached. */
const contacts = new Set(['email', 'phone', 'contactPhone']);

/** The names of all properties in a schema, and in those that it refers to. */
function namesIn(node: unknown, schemas: Record<string, unknown>, seen = new Set<string>()): Set<string> {
  const names = new Set<string>();
  if (typeof node !== 'object' || node === null) return names;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name);
    const name = key === '$ref' ? (String(value).split('/').at(-1) ?? '') : undefined;
    if (name !== undefined && seen.has(name)) continue;
    const inner = name === undefined ? value : schemas[name];
    for (const found of namesIn(inner, schemas, name === undefined ? seen : seen.add(name))) names.add(found);
  }
  return names;
}

it('is told to admins on the page of an account alone, whose readers are written down, and to nobody but its owner elsewhere', async () => {
  const { body } = await new Client().get<Document>('/openapi.json');
  const telling = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => !namesIn(responses, body.components.schemas).isDisjointFrom(contacts))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  const ofOthers = telling.filter(
    (route) =>
      !/ \/v1\/(?:me(?:\/(?:email|phone|operator|affiliation))?|sessions|sessions\/refresh|accounts)$/u.test(route),
  );
  expect(ofOthers.toSorted()).toEqual([
    'GET /v1/admin/accounts/{accountId}',
    // Its drivers', and whose driver somebody asks to be.
    'GET /v1/me/drivers',
  ]);
});
