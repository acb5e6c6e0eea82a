import type { quoteStates } from '../../schema/quotes.ts';
import type { Transitions } from '../changes/transition.ts';

/** The states of a quote. One for an order that has expired reads as `expired` (db/quotes.ts). */
export const quoteTransitions = {
  select: {
    from: ['submitted'],
    to: 'selected',
    stamp: 'decidedAt',
    by: ['customer'],
    otherwise: 'quote_not_submitted',
  },
  decline: {
    from: ['submitted'],
    to: 'declined',
    stamp: 'decidedAt',
    by: ['customer'],
    otherwise: 'quote_not_submitted',
  },
  /** Its operator offers nothing any more: the account is closed. */
  retract: {
    from: ['submitted'],
    to: 'withdrawn',
    stamp: 'decidedAt',
    by: ['operator'],
    otherwise: 'quote_not_submitted',
  },
  expire: { from: ['submitted'], to: 'expired', stamp: 'decidedAt', by: ['job'], otherwise: 'quote_not_submitted' },
} as const satisfies Transitions<(typeof quoteStates)[number]>;
