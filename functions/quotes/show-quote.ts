import { findQuote } from '../../db/quotes.ts';
import type { AccountId, QuoteId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { maySeeQuote } from './quote-policy.ts';
import { quoteIdParam, quoteSchema } from './quote-schema.ts';
import type { Quote } from './quote-schema.ts';
import { toInstant } from '../instant.ts';

/** One quote with its order's customer, or Problem `not_found` where the caller may not know of it. */
export async function showQuote(
  { db, clock }: Pick<Ports, 'db' | 'clock'>,
  principal: Principal,
  quoteId: QuoteId,
): Promise<{ quote: Quote; customerId: AccountId }> {
  const found = await findQuote(db, quoteId, toInstant(clock.now()));
  if (!found || !maySeeQuote(principal, found)) throw new Problem('not_found');
  return found;
}

export const showQuoteEndpoint = endpoint({
  name: 'showQuote',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/quotes/{quoteId}',
  tags: ['quotes'],
  summary: 'One quote',
  request: { params: quoteIdParam },
  answers: { 200: { description: 'The quote', body: quoteSchema } },
  handle: async ({ ports, actor, params }) => (await showQuote(ports, actor, params.quoteId)).quote,
});
