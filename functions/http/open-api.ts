import { z } from '@hono/zod-openapi';
import type { RouteConfig } from '@hono/zod-openapi';
import type { App } from './app-type.ts';
import type { Transition } from '../changes/transition.ts';
import { scopeOf } from '../identity/scopes.ts';
import { takesToken } from './authenticate.ts';
import type { Access } from './authenticate.ts';
import type { AnswerParts, AnswersByStatus, EndpointDefinition, Method, RequestParts } from './endpoint-types.ts';
import { problemSchema } from './problem-schema.ts';
import { problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';

export type OpenApiDocument = ReturnType<App['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document that the endpoints themselves make. */
export function openApiDocument(app: App): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'KingBus',
      version: '1',
      description:
        'A charter-bus marketplace. Errors are RFC 9457 problems with a stable `code`; lists are keyset pages. ' +
        '`x-access` says who may call a route, `x-scope` what an API key needs for it, `x-not-by-key` why none opens it, ' +
        '`x-query-budget` the most SQL statements it runs, of which a key takes two more.',
    },
    servers: [{ url: '/' }],
  });
}

/** A pattern without the flags that zod writes behind it: one of JSON Schema has none, and is Unicode (core, section 6.4). */
const withoutFlags = (key: string, value: unknown): unknown =>
  key === 'pattern' && typeof value === 'string' ? value.replace(/(?<=\$)\/[a-z]+$/u, '') : value;

/** `/openapi.json`. Made once, at the first call. */
export function mountOpenApi(app: App): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of POST /v1/sessions.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'kingbus_…',
    description:
      'The `key` of POST /v1/me/api-keys, in the place of an access token. It needs the scopes that a route names.',
  });
  let document: string | undefined;
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app), withoutFlags);
    return c.body(document, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' });
  });
}

/**
 * Adds an endpoint to the document. `x-access` and `x-query-budget` stand there too: tests that try every endpoint read
 * them.
 */
export function documentRoute<Who extends Access, Request extends RequestParts, Answers extends AnswersByStatus>(
  app: App,
  definition: EndpointDefinition<Who, Method, string, Request, Answers>,
): void {
  const { name, access, budget, method, path, tags, summary, step, answers } = definition;
  const byKey = scopeOf(definition);
  app.openAPIRegistry.registerPath({
    operationId: name,
    method,
    path,
    tags: [...tags],
    summary,
    ...(step && { description: describeStep(step) }),
    security: [
      ...(takesToken(access) ? [{ bearer: [] }] : []),
      ...('scope' in byKey ? [{ apiKey: [byKey.scope] }] : []),
    ],
    'x-access': access,
    ...('scope' in byKey ? { 'x-scope': byKey.scope } : { 'x-not-by-key': byKey.closed }),
    'x-query-budget': budget,
    request: requestOf(definition),
    responses: {
      ...problemResponses(definition),
      ...Object.fromEntries(Object.entries(answers).map(([status, parts]) => [status, responseOf(parts)])),
    },
  });
}

type Documented = EndpointDefinition<Access, Method, string, RequestParts, AnswersByStatus>;
type Described = Pick<
  Documented,
  'access' | 'method' | 'tags' | 'notByKey' | 'problems' | 'step' | 'request' | 'ifMatch'
>;

/** What a step does, as its table says it. */
const describeStep = ({ from, to, otherwise }: Transition<string>): string =>
  `From ${from.map((state) => `\`${state}\``).join(' or ')} to \`${to}\`; elsewhere \`${otherwise}\` with the \`state\` that stands.`;

function requestOf({ request = {}, ifMatch }: Described): NonNullable<RouteConfig['request']> {
  const { params, query, body } = request;
  const headers =
    ifMatch === undefined
      ? request.headers
      : (request.headers ?? z.object({})).extend({ 'if-match': ifMatchHeader(ifMatch) });
  return {
    ...(params && { params }),
    ...(query && { query }),
    ...(headers && { headers }),
    ...(body && { body: { required: body.optional !== true, content: { [body.content]: { schema: body.schema } } } }),
  };
}

const ifMatchHeader = (need: 'required' | 'optional') => {
  const header = z.string().openapi({ description: 'The `ETag` of what is changed; `*` for any.', example: '"3"' });
  return need === 'required' ? header : header.optional();
};

function responseOf({ description, body, content, location }: AnswerParts): RouteConfig['responses'][string] {
  const headers = location !== undefined && {
    headers: { Location: { description: `\`${location}\``, schema: { type: 'string' as const } } },
  };
  if (body) return { description, ...headers, content: { 'application/json': { schema: body } } };
  if (content !== undefined) return { description, ...headers, content: { [content]: { schema: z.string() } } };
  return { description, ...headers };
}

const header = (description: string) => ({ description, schema: { type: 'string' as const } });

/** What whoever is refused for being too fast is told; the first two stand on every answer of what is limited. */
const limitHeaders = {
  'RateLimit-Policy': header('What is limited: `"key";q=600;w=60`, so many requests in so many seconds.'),
  RateLimit: header('What is left of it, and for how many seconds: `"key";r=0;t=12`.'),
  'Retry-After': header('Seconds until it may be tried again.'),
};

/** What an endpoint can refuse, by status: what follows from its access and its request, and what its verb adds. */
function problemResponses(described: Described): RouteConfig['responses'] {
  const { access, problems: codes = [], step, request, ifMatch } = described;
  const byKey = scopeOf(described);
  const all = new Set<ProblemCode>(codes);
  if (access !== 'public') all.add('unauthenticated');
  if (takesToken(access)) all.add('token_expired');
  if (takesToken(access) && access !== 'account') all.add('forbidden');
  if (takesToken(access)) all.add('account_suspended');
  if ('scope' in byKey) all.add('scope_missing').add('too_many_requests');
  else if (takesToken(access)) all.add('not_by_key').add('too_many_requests');
  if (step) all.add(step.otherwise).add('not_found');
  if (access === 'activeOperator') all.add('operator_not_active');
  if (request?.query || request?.headers) all.add('validation_failed');
  if (ifMatch) all.add('precondition_failed');
  if (ifMatch === 'required') all.add('precondition_required');
  for (const code of request?.body?.problems ?? []) all.add(code);
  if (request?.params) all.add('not_found');
  if (!takesToken(access) && request?.body) all.add('too_many_requests');
  const byStatus = Map.groupBy(all, (code) => problems[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        ...(status === 429 && { headers: limitHeaders }),
        description: group.map((code) => `\`${code}\`: ${problems[code][2]}`).join('\n'),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
