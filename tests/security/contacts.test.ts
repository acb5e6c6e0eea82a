import { expect, it } from 'vitest';
import { Client } from '../support/clients/client.ts';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown>; 'x-access'?: string }>>;
  components: { schemas: Record<string, unknown> };
}

/** By which names answers show how somebody is reached. */
const contacts = new Set(['email', 'phone', 'contactPhone']);

/** The names of all properties in a schema, and in those that it refers to. */
function namesIn(node: unknown, schemas: Record<string, unknown>, seen = new Set<string>()): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === '$ref') {
      const name = String(value).split('/').at(-1) ?? '';
      return seen.has(name) ? [] : namesIn(schemas[name], schemas, seen.add(name));
    }
    const names = key === 'properties' ? Object.keys(value as object) : [];
    return [...names, ...namesIn(value, schemas, seen)];
  });
}

it('is told to admins on the page of an account alone, whose readers are written down, and to nobody but its owner elsewhere', async () => {
  const { body } = await new Client().get<Document>('/openapi.json');
  const telling = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => namesIn(responses, body.components.schemas).some((name) => contacts.has(name)))
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
