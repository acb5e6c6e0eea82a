import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const quoteProblems = {
  carrier_required: [
    403,
    '소속 운수회사가 승인하고 활동 중이어야 견적을 보낼 수 있습니다.',
    'To quote, a driver needs a carrier that has accepted it and is active.',
  ],
  quote_exists: [409, '이 주문에 이미 견적을 보냈습니다.', 'You have already sent a quote for this order.'],
  quote_not_submitted: [409, '더 이상 유효하지 않은 견적입니다.', 'The quote is no longer on offer.'],
} as const satisfies ProblemTexts;

export const quoteRules = {
  price_mismatch: ['버스당 가격은 총액보다 클 수 없습니다.', 'The price of one bus is above the total.'],
  total_above_buses: [
    '총액이 모든 버스의 가격을 더한 것보다 큽니다.',
    'The total is above the price of all buses together.',
  ],
  total_below_half: [
    '총액이 모든 버스의 가격을 더한 것의 절반보다 작습니다.',
    'The total is below half the price of all buses together.',
  ],
  other_bus_type: ['이 차량의 버스 종류와 다릅니다.', 'The vehicle is a bus of another type.'],
  too_few_seats: ['좌석이 승객보다 적습니다.', 'These buses have fewer seats than there are passengers.'],
} as const satisfies RuleTexts;
