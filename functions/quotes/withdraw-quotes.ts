import type { Transaction } from '../../db/engine/client.ts';
import { moveOpenQuotes } from '../../db/withdrawn-quotes.ts';
import type { QuotesOf } from '../../db/withdrawn-quotes.ts';
import type { Recorder } from '../changes/recorder.ts';
import { recordSteps } from '../changes/transition.ts';
import { quoteTransitions } from './quote-transitions.ts';

/** Withdraws, in a change, the quotes of somebody that are on offer, and tells their customers and operators. */
export async function withdrawQuotes(tx: Transaction, record: Recorder, of: QuotesOf): Promise<void> {
  const withdrawn = await moveOpenQuotes(tx, of, quoteTransitions.withdraw, record.at);
  const ids = withdrawn.map(({ id }) => id);
  recordSteps(record, { kind: 'quote', transitions: quoteTransitions, name: 'withdraw' }, ids);
  for (const { id, orderId, operatorId, customerId } of withdrawn) {
    record.event([customerId, operatorId], { event: 'quote_withdrawn', order: orderId, quote: id });
  }
}
