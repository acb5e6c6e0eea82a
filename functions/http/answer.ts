import type { Context } from 'hono';
import { z } from 'zod';
import type { AnswerParts, AnswersByStatus } from './endpoint-types.ts';
import type { Env } from './env.ts';
import { checkAnswer } from './strict-answer.ts';

type Status = keyof AnswersByStatus;

/** What is known of an answer before it is made. */
interface AnswerPlan {
  status: Status;
  body: z.ZodType | undefined;
  hasVersion: boolean;
  location: string | undefined;
  savedAs: string | undefined;
}

/**
 * Turns what a handler gave into the answer: of several by its `status`. Outside production an answer that does not fit
 * its schema, or carries more than it, fails.
 */
export function createAnswer(answers: AnswersByStatus, cacheControl: string) {
  const plans = new Map(
    Object.entries(answers).map(([status, parts]) => [Number(status), planOf(Number(status) as Status, parts)]),
  );
  const only = plans.size === 1 ? [...plans.values()][0] : undefined;
  return (c: Context<Env>, handled: unknown): Response => {
    if (only) return respond(c, only, handled, cacheControl);
    const { status, body } = handled as { status: Status; body: unknown };
    return respond(c, plans.get(status) as AnswerPlan, body, cacheControl);
  };
}

function planOf(status: Status, { body, location, savedAs }: AnswerParts): AnswerPlan {
  const shape = body instanceof z.ZodObject ? body.shape : {};
  for (const [, name = ''] of location?.matchAll(/\{(\w+)\}/gu) ?? []) {
    if (!Object.hasOwn(shape, name)) throw new Error(`${location}: the answer has no ${name}`);
  }
  return { status, body, hasVersion: Object.hasOwn(shape, 'version'), location, savedAs };
}

function respond(
  c: Context<Env>,
  { status, body: schema, hasVersion, location, savedAs }: AnswerPlan,
  body: unknown,
  cacheControl: string,
): Response {
  const headers: Record<string, string> = { ...c.get('commonHeaders'), 'Cache-Control': cacheControl };
  if (body instanceof Response) return withHeaders(c, body, headers);
  if (schema === undefined) return make(c, null, status, headers);
  if (c.env.ports.settings.environment !== 'production') checkAnswer(schema, body);
  const values = body as Record<string, unknown>;
  headers['Content-Type'] = 'application/json';
  if (hasVersion) headers['ETag'] = `"${String(values['version'])}"`;
  if (savedAs !== undefined) headers['Content-Disposition'] = `attachment; filename="${savedAs}"`;
  if (location !== undefined) {
    headers['Location'] = location.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name]));
  }
  return make(c, JSON.stringify(values), status, headers);
}

function make(c: Context<Env>, body: string | null, status: Status, headers: Record<string, string>): Response {
  // Hono keeps cookies for an answer that it makes itself.
  if (c.get('setsCookie')) return c.newResponse(body, status as 200, headers);
  c.set('hasCommonHeaders', true);
  return new Response(body, { status, headers });
}

/** A handler's own answer: what it says itself counts. */
function withHeaders(c: Context<Env>, made: Response, headers: Record<string, string>): Response {
  const all = new Headers(headers);
  for (const [name, value] of made.headers) all.set(name, value);
  c.set('hasCommonHeaders', true);
  return new Response(made.body, { status: made.status, statusText: made.statusText, headers: all });
}
