import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const orderProblems = {
  order_not_open: [409, '더 이상 견적을 받지 않는 주문입니다.', 'The order is no longer open.'],
} as const satisfies ProblemTexts;

export const orderRules = {
  in_the_past: ['이미 지난 시각입니다.', 'This time has passed.'],
  too_far_ahead: ['2년 이내의 시각이어야 합니다.', 'It must be within two years.'],
  return_before_departure: ['돌아오는 시각은 출발 이후여야 합니다.', 'The return must be after the departure.'],
  return_missing: ['왕복에는 돌아오는 시각이 필요합니다.', 'A round trip needs a return time.'],
  return_not_allowed: ['왕복일 때만 쓸 수 있습니다.', 'Only a round trip has a return time.'],
  shuttle_needs_term: ['셔틀에는 요일과 종료일이 필요합니다.', 'A shuttle needs weekdays and the day its term ends.'],
  only_for_shuttle: ['셔틀일 때만 쓸 수 있습니다.', 'Only a shuttle has this.'],
  term_too_long: ['기간은 출발일부터 1년 이내여야 합니다.', 'The term must end within a year of its start.'],
  coordinates_pair: ['위도와 경도를 함께 보내 주세요.', 'Send latitude and longitude together.'],
} as const satisfies RuleTexts;
