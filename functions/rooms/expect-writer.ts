import { Problem } from '../http/problems.ts';

/** What a write found or did in a room. Problems: `account_suspended`, `not_found` where its author does not belong to the room. */
export function expectWriter<Found>(found: Found | 'suspended' | undefined): Exclude<Found, 'suspended' | undefined> {
  if (found === 'suspended') throw new Problem('account_suspended');
  if (found === undefined) throw new Problem('not_found');
  return found as Exclude<Found, 'suspended' | undefined>;
}
