import { activeOperators, customers, manyTimes } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { placed } from '../support/people/deals.ts';
import { inDays, validOrder, weekdayIn } from '../support/people/orders.ts';

export const examples: Examples = {
  'POST /v1/orders': async () => ({
    path: '/v1/orders',
    // With everything that an order can have, so that bad input has something to spoil.
    body: validOrder({
      kind: 'shuttle',
      stopovers: [],
      amenities: ['wifi'],
      driverStays: true,
      driverSchedule: '08:00 출발',
      remarks: '조용한 차를 원합니다.',
      weekdays: [weekdayIn(14)],
      termEndsOn: inDays(100).slice(0, 10),
    }),
    may: ['customer', 'otherCustomer'],
    shows: [['customer', '/v1/orders?limit=1']],
  }),

  'GET /v1/orders': async ({ customer }) => ({
    path: '/v1/orders',
    may: customers,
    lengthen: () => manyTimes(() => placed(customer)),
  }),

  'GET /v1/orders/{orderId}': async ({ customer }) => ({
    path: `/v1/orders/${(await placed(customer)).id}`,
    may: ['customer', 'driver', 'otherDriver', 'company', 'admin'],
  }),

  'GET /v1/open-orders': async ({ customer }) => ({
    path: '/v1/open-orders',
    may: activeOperators,
    lengthen: () => manyTimes(() => placed(customer)),
  }),
};
