import { createRoute } from '@hono/zod-openapi';
import type { RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { authenticate } from './authenticate.ts';
import type { Access } from './authenticate.ts';
import type { Env } from './env.ts';
import { jsonBody } from './json-body.ts';
import { problemSchema } from './problem-schema.ts';
import { problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';
import { queryBudget } from './query-budget.ts';

export interface EndpointRules {
  /** Who may call. `operator` is a driver or a company; whether it is active yet is the verb's to check. */
  access: Access;
  /** The most SQL statements that one call may run, `begin` and `commit` counted, however many rows there are. */
  budget: number;
  /** The problems that this route answers with beside those that every route can. */
  problems?: ProblemCode[];
}

/**
 * A route with what all routes share: access, query budget, a JSON body of bounded size, problem answers. `x-access` and
 * `x-query-budget` show both in the OpenAPI document, where the access matrix test finds every route.
 */
export function endpoint<const Route extends Omit<RouteConfig, 'security' | 'middleware'>>(
  { access, budget, problems: codes = [] }: EndpointRules,
  route: Route,
) {
  const middleware: MiddlewareHandler<Env>[] = [authenticate(access), queryBudget(budget)];
  const json = route.request?.body?.content?.['application/json'] !== undefined;
  if (json) middleware.push(jsonBody());
  return createRoute({
    ...route,
    middleware,
    security: access === 'public' ? [] : [{ bearer: [] }],
    'x-access': access,
    'x-query-budget': budget,
    responses: { ...problemResponses(access, json, codes), ...route.responses },
  });
}

function problemResponses(access: Access, json: boolean, codes: ProblemCode[]) {
  const all = new Set<ProblemCode>(codes);
  if (access !== 'public') all.add('unauthenticated').add('token_expired');
  if (access !== 'public' && access !== 'account') all.add('forbidden');
  if (json) all.add('malformed_json').add('payload_too_large').add('unsupported_media_type').add('validation_failed');
  const byStatus = Map.groupBy(all, (code) => problems[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${problems[code][2]}`).join('\n'),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
