import type { Context } from 'hono';
import { createAnswer } from './answer.ts';
import {
  authenticate,
  authenticateWebhook,
  needsActive,
  requireStanding,
  takesToken,
  visitorOf,
} from './authenticate.ts';
import type { Access, ActorOf, VerifyWebhook } from './authenticate.ts';
import type {
  AnswersByStatus,
  Endpoint,
  EndpointDefinition,
  Handling,
  Method,
  NoParts,
  RequestParts,
} from './endpoint-types.ts';
import type { Limit } from '../ports.ts';
import type { Env } from './env.ts';
import type { AccountActor } from '../identity/actor.ts';
import { expectedVersions } from './if-match.ts';
import { limitByAddress } from './limit-attempts.ts';
import { documentRoute } from './open-api.ts';
import { queryBudget } from './query-budget.ts';
import { scopeOf } from '../identity/scopes.ts';
import { parseHeaders, parseParams, parseQuery } from './validation.ts';

/**
 * An endpoint with what all of them share: access, query budget, a checked request, an answer of the promised shape,
 * problem answers, `ETag` and `Location`, and `Cache-Control: no-store` where it names no other. Its feature lists it in
 * `endpoints.ts`; that is all that mounts it, documents it and types the client.
 *
 * @example
 * ```ts
 * export const showOrderEndpoint = endpoint({
 *   name: 'showOrder',
 *   access: 'account',
 *   budget: 2,
 *   problems: ['not_found'],
 *   method: 'get',
 *   path: '/v1/orders/{orderId}',
 *   tags: ['orders'],
 *   summary: 'One order',
 *   request: { params: orderIdParam },
 *   answers: { 200: { description: 'The order', body: orderSchema } },
 *   handle: ({ ports, actor, params }) => showOrder(ports, actor, params.orderId),
 * });
 * ```
 */
export function endpoint<
  Who extends Access,
  HttpMethod extends Method,
  Path extends string,
  Answers extends AnswersByStatus,
  Request extends RequestParts = NoParts,
  IfMatch extends 'required' | 'optional' | undefined = undefined,
>(
  definition: EndpointDefinition<Who, HttpMethod, Path, Request, Answers, IfMatch>,
): Endpoint<HttpMethod, Path, Request, Answers, IfMatch> {
  const { name, method, path, answers, budget } = definition;
  const request = definition.request ?? ({} as Request);
  return {
    name,
    method,
    path,
    byKey: scopeOf(definition),
    request,
    answers,
    ifMatch: definition.ifMatch as IfMatch,
    mount(app) {
      documentRoute(app, definition);
      app.on(method, path.replaceAll(/\{(\w+)\}/gu, ':$1'), queryBudget(budget), createHandler(definition));
    },
  };
}

/** One of several answers. */
export const withStatus = <Status extends number, Body>(status: Status, body: Body) => ({ status, body });

/** Who calls. Problems: those of `authenticate`. */
function actorOf(
  c: Context<Env>,
  { access, verify }: { access: Access; verify: VerifyWebhook | undefined },
  needed: ReturnType<typeof scopeOf>,
  bytes: unknown,
) {
  if (takesToken(access)) return authenticate(c, access, needed);
  if (access === 'public') return visitorOf(c);
  if (!verify || !(bytes instanceof Uint8Array)) throw new Error('a webhook needs `verify` and a body that is `raw`');
  return authenticateWebhook(c, verify, bytes);
}

/** What one network may send to routes that ask nobody who they are, whatever becomes of it. */
const publicWrites: Limit = { attempts: 300, seconds: 60 };

/**
 * Whether it is by the account's state that a call may read what it reads, so that the token's word is not enough: where only active
 * accounts may call, and wherever an admin does, who sees what others do not. A write looks for itself, where it writes.
 */
const rulesBy = (access: Access, { role }: AccountActor): boolean => needsActive(access) || role === 'admin';

function createHandler<Who extends Access, Request extends RequestParts, Answers extends AnswersByStatus>(
  definition: EndpointDefinition<Who, Method, string, Request, Answers>,
): (c: Context<Env>) => Promise<Response> {
  const { name, access, verify, method, ifMatch, answers, cacheControl = 'no-store', handle } = definition;
  const { params, query, headers, body } = definition.request ?? ({} as Request);
  const needed = scopeOf(definition);
  const answer = createAnswer(answers, cacheControl);
  return async (c) => {
    const { ports, trace } = c.var;
    // Before the body is read: to find what is wrong with it is work, too.
    if (!takesToken(access) && body) await limitByAddress(ports, visitorOf(c), 'public-write', publicWrites);
    const bytes = verify && (await body?.read(c));
    const actor = await actorOf(c, { access, verify }, needed, bytes);
    if (actor.kind === 'account' && method === 'get' && rulesBy(access, actor)) await requireStanding(ports, actor);
    const given = {
      ports,
      actor: actor as ActorOf<Who>,
      params: params && parseParams(c, params),
      query: query && parseQuery(c, query),
      headers: headers && parseHeaders(c, headers),
      versions: ifMatch && expectedVersions(c, ifMatch),
      body: bytes ?? (body && (await body.read(c))),
      c,
    };
    // What the schemas gave is what their types say.
    const handling = given as Handling<Who, Request>;
    return answer(c, await (trace ? trace.within(name, () => handle(handling)) : handle(handling)));
  };
}
