import type { accountStates } from '../../schema/accounts.ts';
import type { Transitions } from '../changes/transition.ts';

/** The states of an operator: those of its account, and what an admin decides about its documents. */
export const operatorTransitions = {
  activate: { from: ['pending'], to: 'active', by: ['admin', 'console'], otherwise: 'account_not_pending' },
} as const satisfies Transitions<(typeof accountStates)[number]>;
