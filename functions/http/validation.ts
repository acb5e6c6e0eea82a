import type { Hook } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Env } from './env.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';
import { Problem } from './problems.ts';
import type { FieldError } from './problems.ts';
import { isRule, ruleText } from './rules.ts';
import type { Rule } from './rules.ts';

const english = z.locales.en();
const korean = z.locales.ko();

/** The parameters of a `refine` that reports one of our rules. */
export const rule = (name: Rule) => ({ params: { rule: name } });

/** Adds one of our rules to a refinement's findings, at `path`. */
export function report(context: z.RefinementCtx, name: Rule, ...path: (string | number)[]): void {
  context.addIssue({ code: 'custom', path, params: { rule: name } });
}

/** A Problem for something that only the verb could find out about its input. */
export const ruleProblem = (pointer: string, name: Rule): Problem =>
  new Problem('validation_failed', { errors: [{ pointer, rule: name }] });

/**
 * The hook of every route: input that does not fit becomes 422 with a pointer for each finding. A path whose id is no id
 * names nothing: 404.
 */
export const onInvalid: Hook<unknown, Env, string, unknown> = (result, c) => {
  if (result.success) return;
  if (result.target === 'param') throw new Problem('not_found');
  const { data } = result as unknown as { data: unknown };
  throw new Problem('validation_failed', {
    errors: result.error.issues.slice(0, 50).flatMap((issue) => fieldErrors(issue, data, languageOf(c))),
  });
};

/** One issue of zod as field errors; an unknown key is an error of its own, each at its own pointer. */
export function fieldErrors(issue: z.core.$ZodIssue, data: unknown, language: Language): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    const detail = language === 'ko' ? '알 수 없는 항목입니다.' : 'Unknown property.';
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), detail }));
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
  const { localeError } = language === 'ko' ? korean : english;
  const text = localeError({ ...issue, input } as z.core.$ZodRawIssue);
  return (typeof text === 'string' ? text : text?.message) ?? issue.message;
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
