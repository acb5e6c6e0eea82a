import { findOperatorProfile } from '../../db/operators.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import { missingDocuments } from '../documents/documents-policy.ts';
import { toInstant } from '../instant.ts';
import { missingForActivation } from './activation-policy.ts';
import type { OwnOperator } from './operator-schema.ts';

/** An operator as it sees itself, and admins see it. Problem: `not_found` where the account is no operator's. */
export async function showOperatorProfile(
  { db, clock }: Pick<Ports, 'db' | 'clock'>,
  id: AccountId,
): Promise<OwnOperator> {
  const profile = await findOperatorProfile(db, id);
  if (!profile) throw new Problem('not_found');
  const { carrier, ...rest } = profile;
  const affiliation = carrier?.state ?? 'none';
  if (profile.state !== 'pending') return { ...rest, carrier, missing: [] };
  const papers = await missingDocuments(db, { id, role: profile.role }, toInstant(clock.now()));
  const missing = missingForActivation({ ...profile, affiliation, missingDocuments: papers });
  return { ...rest, carrier, missing };
}
