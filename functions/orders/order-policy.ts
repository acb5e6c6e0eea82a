import type { Order } from './order-schema.ts';
import type { Principal } from '../identity/principal.ts';
import { isOperator } from '../identity/principal.ts';

/**
 * Who may see an order: its customer, admins, an operator who quoted for it, and, while it is open and its customer active, every
 * active operator. To anyone else it does not exist.
 */
export function maySeeOrder(
  principal: Pick<Principal, 'accountId' | 'role'>,
  { order, viewer, customerActive }: SeenOrder,
): boolean {
  if (principal.role === 'admin' || order.customer.id === principal.accountId) return true;
  if (!isOperator(principal) || !viewer.active) return false;
  return viewer.quoteId !== null || (order.state === 'open' && customerActive);
}

/** An order as somebody who may see it sees it: which quote was selected is no business of those who sent another. */
export function shownTo<Seen extends { id: string; selectedQuoteId: string | null }>(
  principal: Pick<Principal, 'role'>,
  { order, viewer }: { order: Seen; viewer: { quoteId: string | null } },
): Seen {
  const isOthers = isOperator(principal) && order.selectedQuoteId !== viewer.quoteId;
  return isOthers ? { ...order, selectedQuoteId: null } : order;
}

interface SeenOrder {
  order: Pick<Order, 'state'> & { customer: { id: string } };
  viewer: { active: boolean; quoteId: string | null };
  customerActive: boolean;
}
