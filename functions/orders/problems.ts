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
  shuttle_needs_weekdays: ['셔틀에는 운행 요일이 하루 이상 필요합니다.', 'A shuttle needs at least one weekday.'],
  shuttle_needs_term: ['셔틀에는 운행이 끝나는 날이 필요합니다.', 'A shuttle needs the day its term ends.'],
  term_before_departure: [
    '운행이 끝나는 날은 첫 출발일 이후여야 합니다.',
    'The term must not end before the first departure.',
  ],
  first_run_not_planned: [
    '첫 출발일이 운행 요일이 아닙니다.',
    'The first departure is not on one of the weekdays (in Korean time).',
  ],
  weekday_not_in_term: ['운행 기간에 이 요일이 없습니다.', 'The term has no such weekday.'],
  same_place: ['바로 앞의 장소와 같습니다.', 'This is the same place as the one before.'],
  too_many_for_buses: ['버스 한 대에는 70명까지 탈 수 있습니다.', 'A bus takes 70 passengers at most.'],
  more_buses_than_passengers: ['버스가 승객보다 많습니다.', 'There are more buses than passengers.'],
  only_for_shuttle: ['셔틀일 때만 쓸 수 있습니다.', 'Only a shuttle has this.'],
  term_too_long: ['기간은 출발일부터 1년 이내여야 합니다.', 'The term must end within a year of its start.'],
  coordinates_pair: ['위도와 경도를 함께 보내 주세요.', 'Send latitude and longitude together.'],
} as const satisfies RuleTexts;
