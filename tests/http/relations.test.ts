import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/clients/client.ts';
import { newKey } from '../support/people/keys.ts';
import { validOrder, validQuote } from '../support/people/orders.ts';
import { dealOfAll, relations } from '../support/people/relations.ts';
import type { Deal, Relation } from '../support/people/relations.ts';

// One deal, and everybody as they stand to it. A letter for what each is told: what is asked for, 404, 403 by role, 403 not active,
// or that it is too late.
const words = {
  y: 200,
  n: 'not_found',
  r: 'forbidden',
  p: 'operator_not_active',
  s: 'order_not_open',
  t: 'quote_not_submitted',
} as const;

type Row = [what: string, method: string, path: (deal: Deal) => string, told: string, body?: () => object];

/**
 * Columns: owner, other customer, pending, unrelated, quoting and selected operator, driver of the carrier, admin.
 */
const table: Row[] = [
  ['the order', 'GET', ({ orderId }) => `/v1/orders/${orderId}`, 'ynnnyyny'],
  ['its quotes', 'GET', ({ orderId }) => `/v1/orders/${orderId}/quotes`, 'ynnnnnny'],
  ['the quote that was selected', 'GET', ({ quoteId }) => `/v1/quotes/${quoteId}`, 'ynnnnyny'],
  ['the quote that was not', 'GET', ({ otherQuoteId }) => `/v1/quotes/${otherQuoteId}`, 'ynnnynny'],
  ['the room', 'GET', ({ room }) => `/v1/rooms/${room}/messages`, 'ynnnnynn'],
  [
    'saying something there',
    'POST',
    ({ room }) => `/v1/rooms/${room}/messages`,
    'ynnnnynn',
    () => ({ id: crypto.randomUUID(), body: '안녕하세요' }),
  ],
  ['reading up to there', 'PUT', ({ room }) => `/v1/rooms/${room}/read`, 'ynnnnynn', () => ({ seq: 1 })],
  ['muting it', 'PUT', ({ room }) => `/v1/rooms/${room}/mute`, 'ynnnnynn', () => ({ muted: true })],
  ['quoting for it, too late', 'POST', ({ orderId }) => `/v1/orders/${orderId}/quotes`, 'rrpnssnr', validQuote],
  ['selecting the quote again', 'POST', ({ quoteId }) => `/v1/quotes/${quoteId}/select`, 'ynrrrrrr'],
  ['placing an order', 'POST', () => '/v1/orders', 'yyrrrrrr', validOrder],
  ['the market', 'GET', () => '/v1/open-orders', 'rrpyyyyr'],
];

const told = ({ status, body }: Answer<{ code?: string } | undefined>) => (status < 300 ? 200 : body?.code);

let deal: Deal;
beforeAll(async () => {
  deal = await dealOfAll();
});

describe.each(table)('%s', (_what, method, path, letters, body) => {
  const expected = Object.fromEntries(
    relations.map((relation, place) => [relation, words[letters[place] as keyof typeof words]]),
  );

  it('is for whom it concerns', async () => {
    const found: Partial<Record<Relation, unknown>> = {};
    for (const relation of relations) {
      const answer = await deal.people[relation].call<{ code?: string }>(path(deal), {
        method,
        ...(body && { body: body() }),
      });
      found[relation] = told(answer);
    }
    expect(found).toEqual(expected);
  });

  it('is the same by key, but for admins, who have none', async () => {
    const found: Partial<Record<Relation, unknown>> = {};
    for (const relation of relations) {
      const key = await newKey(deal.people[relation]);
      found[relation] = told(await key.call<{ code?: string }>(path(deal), { method, ...(body && { body: body() }) }));
    }
    expect(found).toEqual({ ...expected, admin: 'unauthenticated' });
  });
});
