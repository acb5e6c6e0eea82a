import type { Principal } from '../identity/principal.ts';

/** Its operator, the carrier with which its contract is made, the order's customer, and admins. Operators never see what others offer. */
export function maySeeQuote(
  { accountId, role }: Principal,
  { quote, customerId }: { quote: { operator: { id: string }; carrier: { id: string } | null }; customerId: string },
): boolean {
  const parties = [customerId, quote.operator.id, quote.carrier?.id];
  return role === 'admin' || parties.includes(accountId);
}
