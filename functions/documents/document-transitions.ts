import type { documentStates } from '../../schema/documents.ts';
import type { Transitions } from '../changes/transition.ts';

/**
 * The states of a document. Of one kind (and vehicle) an operator has at most one that waits or was refused, and one that is approved:
 * handing in a newer one replaces the first, its approval the second. What was approved can only be replaced, so that nobody takes
 * back a paper because it has run out; an admin who finds that it is false revokes it.
 */
export const documentTransitions = {
  approve: {
    from: ['requested'],
    to: 'approved',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'document_not_requested',
  },
  refuse: {
    from: ['requested'],
    to: 'refused',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'document_not_requested',
  },
  revoke: {
    from: ['approved'],
    to: 'revoked',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'document_not_approved',
  },
  replace: {
    from: ['requested', 'refused', 'approved', 'revoked'],
    to: 'replaced',
    by: ['operator', 'admin'],
    otherwise: 'document_not_requested',
  },
  remove: { from: ['requested', 'refused'], to: 'removed', by: ['operator'], otherwise: 'document_not_removable' },
  // With all that its operator has, who closes the account.
  discard: {
    from: ['requested', 'refused', 'approved', 'revoked'],
    to: 'removed',
    by: ['operator'],
    otherwise: 'document_not_removable',
  },
} as const satisfies Transitions<(typeof documentStates)[number]>;
