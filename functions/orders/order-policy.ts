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
  return viewer.quoted || (order.state === 'open' && customerActive);
}

interface SeenOrder {
  order: Pick<Order, 'state'> & { customer: { id: string } };
  viewer: { active: boolean; quoted: boolean };
  customerActive: boolean;
}
