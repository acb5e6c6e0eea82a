import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const quoteProblems = {
  quote_exists: [409, '이 주문에 이미 견적을 보냈습니다.', 'You have already sent a quote for this order.'],
  quote_not_submitted: [409, '더 이상 유효하지 않은 견적입니다.', 'The quote is no longer on offer.'],
} as const satisfies ProblemTexts;

export const quoteRules = {
  price_mismatch: ['버스당 가격은 총액보다 클 수 없습니다.', 'The price of one bus is above the total.'],
} as const satisfies RuleTexts;
