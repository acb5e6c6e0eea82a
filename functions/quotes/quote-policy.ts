import type { Principal } from '../identity/principal.ts';

/** Its operator, the order's customer, and admins. Operators never see what others offer. */
export function maySeeQuote(
  { accountId, role }: Principal,
  { quote, customerId }: { quote: { operator: { id: string } }; customerId: string },
): boolean {
  return role === 'admin' || accountId === customerId || accountId === quote.operator.id;
}
