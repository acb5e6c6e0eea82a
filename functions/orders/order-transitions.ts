import type { orderStates } from '../../schema/orders.ts';
import type { Transitions } from '../changes/transition.ts';

/**
 * The states of an order. A departure that has passed is over whether or not the job has written it down: an open order whose
 * departure has passed reads as `expired`, and no step but that one is made from it (db/orders.ts).
 */
export const orderTransitions = {
  select: { from: ['open'], to: 'selected', stamp: 'selectedAt', by: ['customer'], otherwise: 'order_not_open' },
  cancel: { from: ['open'], to: 'cancelled', stamp: 'cancelledAt', by: ['customer'], otherwise: 'order_not_open' },
  expire: { from: ['open'], to: 'expired', stamp: 'expiredAt', by: ['job'], otherwise: 'order_not_open' },
} as const satisfies Transitions<(typeof orderStates)[number]>;
