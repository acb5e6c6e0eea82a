import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env } from './env.ts';
import { findingText } from './finding-texts.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';
import { Problem } from './problems.ts';
import type { FieldError } from './problems.ts';
import { isRule, ruleText } from './rules.ts';
import type { Rule } from './rules.ts';

/** Findings in one answer, and characters in a pointer: the key of an unknown property may be as long as the body. */
const findingsAtMost = 50;
const pointerAtMost = 300;

/** The parameters of a `refine` that reports one of our rules. */
export const rule = (name: Rule) => ({ params: { rule: name } });

/** Adds one of our rules to a refinement's findings, at `path`. */
export function report(context: z.RefinementCtx, name: Rule, ...path: (string | number)[]): void {
  context.addIssue({ code: 'custom', path, params: { rule: name } });
}

/** A check of fields against each other: it runs where each of them is good alone, so that nobody is told of what follows from that. */
export const acrossFields =
  <Value>(check: (value: Value, context: z.RefinementCtx) => void) =>
  (value: Value, context: z.RefinementCtx): void => {
    if (context.issues.length === 0) check(value, context);
  };

/** A Problem for something that only the verb could find out about its input. */
export const ruleProblem = (pointer: string, name: Rule): Problem =>
  new Problem('validation_failed', { errors: [{ pointer, rule: name }] });

/** The parameters of the path. A path whose id is no id names nothing: Problem `not_found`. */
export function parseParams<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const { success, data } = schema.safeParse(c.req.param());
  if (!success) throw new Problem('not_found');
  return data;
}

/** The query: a name that comes once is a text, one that comes again a list. */
export function parseQuery<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const values = Object.entries(c.req.queries()).map(([name, all]) => [name, all.length === 1 ? all[0] : all]);
  return parseInput(c, schema, Object.fromEntries(values));
}

/** The headers that the schema names, in lower case. */
export function parseHeaders<Schema extends z.ZodObject>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const values = Object.keys(schema.shape).map((name) => [name, c.req.header(name)]);
  return parseInput(c, schema, Object.fromEntries(values));
}

/** Input as its schema has it, or Problem `validation_failed` with a pointer for each finding. */
export function parseInput<Schema extends z.ZodType>(
  c: Context<Env>,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  throw new Problem('validation_failed', { errors: findings(error.issues, input, languageOf(c)) });
}

/** The first findings: what makes no sense at all is not told at length. */
function findings(issues: z.core.$ZodIssue[], input: unknown, language: Language): FieldError[] {
  const found: FieldError[] = [];
  for (const issue of issues) {
    for (const error of fieldErrors(issue, input, language)) {
      found.push(error);
      if (found.length === findingsAtMost) return found;
    }
  }
  return found;
}

/** One issue of zod as field errors; an unknown key is an error of its own, each at its own pointer. */
export function fieldErrors(issue: z.core.$ZodIssue, data: unknown, language: Language): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    const detail = language === 'ko' ? '알 수 없는 항목입니다.' : 'Unknown property.';
    return issue.keys.slice(0, findingsAtMost).map((key) => ({ pointer: pointerOf([...issue.path, key]), detail }));
  }
  return [{ pointer: pointerOf(issue.path), detail: detailOf(issue, data, language) }];
}

function detailOf(issue: z.core.$ZodIssue, data: unknown, language: Language): string {
  if (issue.code === 'custom') {
    const name: unknown = issue.params?.['rule'];
    return isRule(name) ? ruleText(name, language) : issue.message;
  }
  const input = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null)?.[key], data);
  if (input === undefined && issue.path.length > 0) return language === 'ko' ? '필수 항목입니다.' : 'Required.';
  return findingText(issue, language);
}

/** RFC 6901. Of what is too long to be named, the nearest thing around it that can be. */
function pointerOf(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const key of path) {
    const longer = `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (longer.length > pointerAtMost) break;
    pointer = longer;
  }
  return pointer;
}
