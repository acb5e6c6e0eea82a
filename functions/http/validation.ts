import type { Hook } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Env } from './env.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';
import { Problem } from './problems.ts';
import type { FieldError } from './problems.ts';

const english = z.locales.en();
const korean = z.locales.ko();

/** What our own rules say, by the name that a schema gives with `rule('in_the_past')`. */
const rules = {
  in_the_past: ['이미 지난 시각입니다.', 'This time has passed.'],
  too_far_ahead: ['2년 이내의 시각이어야 합니다.', 'It must be within two years.'],
  return_before_departure: ['돌아오는 시각은 출발 이후여야 합니다.', 'The return must be after the departure.'],
  return_missing: ['왕복에는 돌아오는 시각이 필요합니다.', 'A round trip needs a return time.'],
  return_not_allowed: ['왕복일 때만 쓸 수 있습니다.', 'Only a round trip has a return time.'],
  shuttle_needs_term: ['셔틀에는 요일과 종료일이 필요합니다.', 'A shuttle needs weekdays and the day its term ends.'],
  only_for_shuttle: ['셔틀일 때만 쓸 수 있습니다.', 'Only a shuttle has this.'],
  term_too_long: ['기간은 출발일부터 1년 이내여야 합니다.', 'The term must end within a year of its start.'],
  coordinates_pair: ['위도와 경도를 함께 보내 주세요.', 'Send latitude and longitude together.'],
  price_mismatch: [
    '총액은 버스당 가격과 대수의 곱보다 작을 수 없습니다.',
    'The total is below the price of all buses.',
  ],
  password_common: ['너무 흔한 비밀번호입니다.', 'This password is too common.'],
  password_contains_username: ['비밀번호에 아이디를 넣을 수 없습니다.', 'The password must not contain the username.'],
  phone: ['대한민국 휴대전화 번호를 입력해 주세요.', 'Enter a Korean mobile number, such as 010-1234-5678.'],
  business_number: ['올바른 사업자등록번호가 아닙니다.', 'This is not a valid business registration number.'],
  blank: ['내용을 입력해 주세요.', 'It must not be blank.'],
  control_characters: ['제어 문자는 쓸 수 없습니다.', 'Control characters are not allowed.'],
  cursor: ['올바른 커서가 아닙니다.', 'This is not a cursor of this list.'],
} as const satisfies Record<string, readonly [string, string]>;

export type Rule = keyof typeof rules;

/** The parameters of a `refine` that reports one of our rules. */
export const rule = (name: Rule) => ({ params: { rule: name } });

/** Adds one of our rules to a refinement's findings, at `path`. */
export function report(context: z.RefinementCtx, name: Rule, ...path: (string | number)[]): void {
  context.addIssue({ code: 'custom', path, params: { rule: name } });
}

/** A Problem for something that only the verb could find out about its input. */
export function ruleProblem(pointer: string, name: Rule, language: Language = 'en'): Problem {
  return new Problem('validation_failed', { errors: [{ pointer, detail: rules[name][language === 'ko' ? 0 : 1] }] });
}

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
    const own = rules[issue.params?.['rule'] as Rule] as readonly [string, string] | undefined;
    return own?.[language === 'ko' ? 0 : 1] ?? issue.message;
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
