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
    c.header('Cache-Control', cacheControl);
    if (only) return respond(c, only, handled);
    const { status, body } = handled as { status: Status; body: unknown };
    return respond(c, plans.get(status) as AnswerPlan, body);
  };
}

function planOf(status: Status, { body, location }: AnswerParts): AnswerPlan {
  const shape = body instanceof z.ZodObject ? body.shape : {};
  for (const [, name = ''] of location?.matchAll(/\{(\w+)\}/gu) ?? []) {
    if (!Object.hasOwn(shape, name)) throw new Error(`${location}: the answer has no ${name}`);
  }
  return { status, body, hasVersion: Object.hasOwn(shape, 'version'), location };
}

function respond(c: Context<Env>, { status, body: schema, hasVersion, location }: AnswerPlan, body: unknown): Response {
  // Made anew with the headers that stand already, which a plain `Response` would not have.
  if (body instanceof Response) return c.newResponse(body.body, body);
  if (schema === undefined) return c.body(null, status);
  if (c.env.ports.settings.environment !== 'production') checkAnswer(schema, body);
  const values = body as Record<string, unknown>;
  if (hasVersion) c.header('ETag', `"${String(values['version'])}"`);
  if (location !== undefined) {
    c.header(
      'Location',
      location.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name])),
    );
  }
  return c.json(values, status as 200);
}
