import { z } from '@hono/zod-openapi';
import { operatorQuotes } from '../../db/quotes.ts';
import type { QuoteId } from '../../schema/ids.ts';
import { quoteStates } from '../../schema/quotes.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { ownQuoteSchema } from './quote-schema.ts';
import type { OwnQuote } from './quote-schema.ts';

const ownQuotes = listQuery({
  name: 'quotes',
  filters: { state: z.enum(quoteStates).optional() },
  orders: { new: { id: idOf<QuoteId>() } },
});

/** The operator's own quotes, newest first, each with a summary of its order. */
export async function listQuotes(
  { db, clock }: Ports,
  { accountId }: Principal,
  query: z.output<typeof ownQuotes.schema>,
): Promise<Page<OwnQuote>> {
  const { selection, page } = ownQuotes.open(query, accountId);
  return page(await operatorQuotes.page(db, { operatorId: accountId, now: toInstant(clock.now()) }, selection));
}

export const listQuotesEndpoint = endpoint({
  name: 'listQuotes',
  access: 'operator',
  budget: 1,
  method: 'get',
  path: '/v1/quotes',
  tags: ['quotes'],
  summary: 'My quotes, newest first',
  request: { query: ownQuotes.schema },
  answers: { 200: { description: 'A page', body: pageOf(ownQuoteSchema) } },
  handle: ({ ports, actor, query }) => listQuotes(ports, actor, query),
});
