import { listOrderQuotesEndpoint } from './list-order-quotes.ts';
import { listQuotesEndpoint } from './list-quotes.ts';
import { selectQuoteEndpoint } from './select-quote.ts';
import { showQuoteEndpoint } from './show-quote.ts';
import { submitQuoteEndpoint } from './submit-quote.ts';

export const quoteEndpoints = [
  submitQuoteEndpoint,
  listOrderQuotesEndpoint,
  listQuotesEndpoint,
  showQuoteEndpoint,
  selectQuoteEndpoint,
] as const;
