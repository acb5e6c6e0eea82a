import type { affiliationStates } from '../../schema/operators.ts';
import type { Transitions } from '../changes/transition.ts';

/** Where a driver stands with a carrier. Each step is the driver's or the company's: which, its verb says. */
export const affiliationTransitions = {
  request: { from: ['none'], to: 'requested', stamp: 'affiliatedAt', by: ['operator'], otherwise: 'carrier_named' },
  accept: {
    from: ['requested'],
    to: 'accepted',
    stamp: 'affiliatedAt',
    by: ['operator'],
    otherwise: 'affiliation_not_requested',
  },
  /** By the company, which does not know the driver. */
  refuse: { from: ['requested'], to: 'none', by: ['operator'], otherwise: 'not_affiliated', repeatable: true },
  /** By the driver, who named another company than it meant. */
  takeBack: { from: ['requested'], to: 'none', by: ['operator'], otherwise: 'not_affiliated', repeatable: true },
  /** By the company. */
  remove: { from: ['accepted'], to: 'none', by: ['operator'], otherwise: 'not_affiliated', repeatable: true },
  /** By the driver. */
  leave: { from: ['accepted'], to: 'none', by: ['operator'], otherwise: 'not_affiliated', repeatable: true },
} as const satisfies Transitions<(typeof affiliationStates)[number]>;
