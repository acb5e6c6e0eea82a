import type { accountStates } from '../../schema/accounts.ts';
import type { Transitions } from '../changes/transition.ts';

/** The states of any account. */
export const accountTransitions = {
  suspend: {
    from: ['pending', 'active'],
    to: 'suspended',
    by: ['admin', 'console'],
    otherwise: 'account_suspended',
    repeatable: true,
  },
  restore: {
    from: ['suspended'],
    to: 'active',
    by: ['admin', 'console'],
    otherwise: 'account_suspended',
    repeatable: true,
  },
  /** An operator whom nobody had verified waits for that again. */
  restoreUnverified: {
    from: ['suspended'],
    to: 'pending',
    by: ['admin', 'console'],
    otherwise: 'account_suspended',
    repeatable: true,
  },
  /** By its owner, and for ever. */
  close: {
    from: ['pending', 'active'],
    to: 'closed',
    stamp: 'closedAt',
    by: ['customer', 'operator'],
    otherwise: 'account_suspended',
  },
} as const satisfies Transitions<(typeof accountStates)[number]>;
