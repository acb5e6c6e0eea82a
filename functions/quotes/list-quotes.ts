import { listOperatorQuotes } from '../../db/quotes.ts';
import type { QuoteId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { ownQuoteSchema } from './quote-schema.ts';
import type { OwnQuote } from './quote-schema.ts';
import { toInstant } from '../instant.ts';

/** The operator's own quotes, newest first, each with the gist of its order. */
export async function listQuotes(
  { db, clock }: Ports,
  { accountId }: Principal,
  query: PageQuery,
): Promise<Page<OwnQuote>> {
  const before = decodeCursor(query.cursor, idOf<QuoteId>());
  const quotes = await listOperatorQuotes(db, {
    operatorId: accountId,
    before,
    limit: query.limit + 1,
    now: toInstant(clock.now()),
  });
  return toPage(quotes, query.limit, ({ id }) => id);
}

export const listQuotesEndpoint = endpoint({
  name: 'listQuotes',
  access: 'operator',
  budget: 1,
  method: 'get',
  path: '/v1/quotes',
  tags: ['quotes'],
  summary: 'My quotes, newest first',
  request: { query: pageQuery },
  answers: { 200: { description: 'A page', body: pageOf(ownQuoteSchema) } },
  handle: ({ ports, actor, query }) => listQuotes(ports, actor, query),
});
