import { randomUUID } from 'node:crypto';
import type { OpenApiDocument } from '../../../functions/http/open-api.ts';
import { Client } from './client.ts';

type Access = 'public' | 'account' | 'customer' | 'operator' | 'activeOperator' | 'admin' | 'webhook';

/** One route of the product, as its own OpenAPI document states it. */
export interface Route {
  /** `POST /v1/orders/{orderId}/quotes` */
  name: string;
  method: string;
  path: string;
  access: Access;
  budget: number;
  /** What a key needs for it; undefined where none opens it. */
  scope: string | undefined;
  /** The names of what stands in the path. */
  parameters: string[];
  query: string[];
  takesJson: boolean;
  /** A request without any body is none. */
  needsBody: boolean;
  /** The statuses that the document promises, and the problem codes that it names. */
  statuses: number[];
  codes: string[];
  isList: boolean;
}

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, unknown>; required?: boolean };
  responses: Record<string, { description: string }>;
  'x-access': Access;
  'x-query-budget': number;
  'x-scope'?: string;
}

/** Every route that the product has, read from its OpenAPI document. */
export async function readRoutes(): Promise<Route[]> {
  const { body } = await new Client().get<OpenApiDocument>('/openapi.json');
  return Object.entries(body.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => {
      const named = (place: string) =>
        (operation.parameters ?? []).filter((each) => each.in === place).map(({ name }) => name);
      const descriptions = Object.values(operation.responses).map(({ description }) => description);
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        access: operation['x-access'],
        budget: operation['x-query-budget'],
        scope: operation['x-scope'],
        parameters: named('path'),
        query: named('query'),
        needsBody: operation.requestBody?.required === true,
        takesJson: operation.requestBody?.content['application/json'] !== undefined,
        statuses: Object.keys(operation.responses).map(Number),
        codes: descriptions.flatMap((text) => Array.from(text.matchAll(/`(\w+)`/gu), ([, code]) => code ?? '')),
        isList: named('query').includes('cursor'),
      };
    }),
  );
}

/** The path with values in the place of its parameters. */
export const fill = (path: string, value: (name: string) => string): string =>
  path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => value(name));

/** The path with good ids of nothing. */
export const nowhere = (path: string): string => fill(path, (name) => (name === 'seq' ? '1' : randomUUID()));
