import { activeOperators, manyTimes, operators } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { newDriver } from '../support/people/people.ts';

export const examples: Examples = {
  'POST /v1/orders/{orderId}/quotes': async ({ customer }) => {
    const { id } = await placed(customer);
    const quotes = `/v1/orders/${id}/quotes`;
    return {
      path: quotes,
      body: validQuote(),
      may: activeOperators,
      shows: [
        ['customer', quotes],
        ['customer', `/v1/orders/${id}`],
      ],
    };
  },

  'GET /v1/orders/{orderId}/quotes': async ({ customer, driver }) => {
    const order = await placed(customer);
    await quoted(driver, order);
    return {
      path: `/v1/orders/${order.id}/quotes`,
      may: ['customer', 'admin'],
      lengthen: () => manyTimes(async () => quoted(await newDriver(), order)),
    };
  },

  'GET /v1/quotes': async ({ customer, driver }) => ({
    path: '/v1/quotes',
    may: operators,
    lengthen: () => manyTimes(async () => quoted(driver, await placed(customer))),
  }),

  'GET /v1/quotes/{quoteId}': async ({ customer, driver }) => {
    const { id } = await quoted(driver, await placed(customer));
    return { path: `/v1/quotes/${id}`, may: ['customer', 'driver', 'admin'] };
  },

  'POST /v1/quotes/{quoteId}/select': async ({ customer, driver, otherDriver }) => {
    const order = await placed(customer);
    const [{ id }] = await Promise.all([quoted(driver, order), quoted(otherDriver, order)]);
    return {
      path: `/v1/quotes/${id}/select`,
      may: ['customer'],
      shows: [
        ['customer', `/v1/orders/${order.id}`],
        ['customer', `/v1/orders/${order.id}/quotes`],
        ['customer', '/v1/rooms?limit=1'],
        ['driver', '/v1/rooms?limit=1'],
      ],
    };
  },
};
