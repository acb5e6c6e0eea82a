import { leaveCarrierEndpoint } from './leave-carrier.ts';
import { listOrderQuotesEndpoint } from './list-order-quotes.ts';
import { listQuotesEndpoint } from './list-quotes.ts';
import { removeDriverEndpoint } from './remove-driver.ts';
import { selectQuoteEndpoint } from './select-quote.ts';
import { showQuoteEndpoint } from './show-quote.ts';
import { submitQuoteEndpoint } from './submit-quote.ts';
import { suspendAccountEndpoint } from './suspend-account.ts';

export const quoteEndpoints = [
  submitQuoteEndpoint,
  listOrderQuotesEndpoint,
  listQuotesEndpoint,
  showQuoteEndpoint,
  leaveCarrierEndpoint,
  removeDriverEndpoint,
  suspendAccountEndpoint,
  selectQuoteEndpoint,
] as const;
