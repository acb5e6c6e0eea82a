import type { Order } from './order-schema.ts';
import type { Principal } from '../identity/principal.ts';
import { isOperator } from '../identity/principal.ts';

/**
 * Who may see an order: its customer, admins, an operator who quoted for it, and, while it is open, every active
 * operator. To anyone else it does not exist.
 */
export function maySeeOrder(
  principal: Principal,
  order: Pick<Order, 'state'> & { customer: { id: string } },
  viewer: { active: boolean; quoted: boolean },
): boolean {
  if (principal.role === 'admin' || order.customer.id === principal.accountId) return true;
  return isOperator(principal) && viewer.active && (order.state === 'open' || viewer.quoted);
}

/** Whether an order takes quotes, and one of them may be selected: it is open, and the trip lies ahead. */
export const isOpenAt = (order: { state: Order['state']; departureAt: string }, now: string): boolean =>
  order.state === 'open' && order.departureAt > now;
