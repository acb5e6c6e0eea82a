import type { accountStates } from '../../schema/accounts.ts';
import type { Transitions } from '../changes/transition.ts';

/** The states of any account. */
export const accountTransitions = {
  suspend: {
    from: ['pending', 'active'],
    to: 'suspended',
    by: ['admin'],
    otherwise: 'account_suspended',
    repeatable: true,
  },
} as const satisfies Transitions<(typeof accountStates)[number]>;
