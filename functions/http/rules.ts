import type { Language } from './language.ts';

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
  price_mismatch: ['버스당 가격은 총액보다 클 수 없습니다.', 'The price of one bus is above the total.'],
  password_common: ['너무 흔한 비밀번호입니다.', 'This password is too common.'],
  password_contains_username: ['비밀번호에 아이디를 넣을 수 없습니다.', 'The password must not contain the username.'],
  phone: ['대한민국 휴대전화 번호를 입력해 주세요.', 'Enter a Korean mobile number, such as 010-1234-5678.'],
  business_number: ['올바른 사업자등록번호가 아닙니다.', 'This is not a valid business registration number.'],
  blank: ['내용을 입력해 주세요.', 'It must not be blank.'],
  control_characters: ['제어 문자는 쓸 수 없습니다.', 'Control characters are not allowed.'],
  malformed_text: ['글자가 깨져 있습니다.', 'This text is not well-formed Unicode.'],
  cursor: ['올바른 커서가 아닙니다.', 'This is not a cursor of this list.'],
} as const satisfies Record<string, readonly [string, string]>;

export type Rule = keyof typeof rules;

/** What a rule says to people. */
export const ruleText = (name: Rule, language: Language): string => rules[name][language === 'ko' ? 0 : 1];

export const isRule = (name: unknown): name is Rule => typeof name === 'string' && Object.hasOwn(rules, name);
