import type { documentStates } from '../../schema/documents.ts';
import type { Transitions } from '../changes/transition.ts';

/**
 * The states of a document. Of one kind (and vehicle) an operator has at most one that waits or was refused, and one that is approved, or
 * was and is no longer: handing in a newer one replaces the first, its approval the second. What was approved its operator can only have
 * replaced, so that nobody takes back a paper because it has run out.
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
  /** An admin's word is taken back: the paper was a forgery, or is not true any more. */
  revoke: {
    from: ['approved'],
    to: 'refused',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'document_not_approved',
  },
  replace: {
    from: ['requested', 'refused', 'approved'],
    to: 'replaced',
    by: ['operator', 'admin'],
    otherwise: 'document_not_requested',
  },
  remove: { from: ['requested', 'refused'], to: 'removed', by: ['operator'], otherwise: 'document_not_removable' },
  // With all that its operator has, who closes the account.
  discard: {
    from: ['requested', 'refused', 'approved'],
    to: 'removed',
    by: ['operator'],
    otherwise: 'document_not_removable',
  },
} as const satisfies Transitions<(typeof documentStates)[number]>;
