import type { affiliationStates } from '../../schema/operators.ts';
import { documentKinds } from '../../schema/documents.ts';

/** What decides whether an operator can be verified. */
export interface Candidate {
  role: string;
  businessNumber: string | null;
  affiliation: (typeof affiliationStates)[number];
  /** The kinds of documents that are needed and not approved (`missingDocuments`). */
  missingDocuments: readonly (typeof documentKinds)[number][];
}

/**
 * What an operator still needs before an admin may verify it: the law knows no driver without a registered carrier, and no company
 * without its number, and each its papers. Empty where all is there. Whatever else is asked for one day is asked here.
 */
export function missingForActivation({ role, businessNumber, affiliation, missingDocuments }: Candidate) {
  const missing: (typeof activationNeeds)[number][] = [...missingDocuments];
  if (role === 'driver' && affiliation !== 'accepted') missing.push('carrier');
  if (role === 'company' && businessNumber === null) missing.push('business_number');
  return missing;
}

/** What can be missing. */
export const activationNeeds = ['carrier', 'business_number', ...documentKinds] as const;
