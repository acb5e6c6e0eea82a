import type { vehicleStates } from '../../schema/vehicles.ts';
import type { Transitions } from '../changes/transition.ts';

/** The states of a vehicle. `change` is an edit of what was verified: somebody has to look again. */
export const vehicleTransitions = {
  request: {
    from: ['draft', 'refused'],
    to: 'requested',
    stamp: 'requestedAt',
    by: ['operator'],
    otherwise: 'vehicle_not_draft',
  },
  approve: {
    from: ['requested'],
    to: 'verified',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'vehicle_not_requested',
  },
  refuse: {
    from: ['requested'],
    to: 'refused',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'vehicle_not_requested',
  },
  /** An admin's word is taken back: the plate was another's, the paper a forgery. */
  revoke: {
    from: ['verified'],
    to: 'refused',
    stamp: 'decidedAt',
    by: ['admin'],
    otherwise: 'vehicle_not_verified',
  },
  change: {
    from: ['verified'],
    to: 'requested',
    stamp: 'requestedAt',
    by: ['operator'],
    otherwise: 'vehicle_not_verified',
  },
  remove: {
    from: ['draft', 'requested', 'verified', 'refused'],
    to: 'removed',
    by: ['operator'],
    otherwise: 'vehicle_removed',
  },
} as const satisfies Transitions<(typeof vehicleStates)[number]>;
