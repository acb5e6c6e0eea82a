import { accountTransitions } from '../accounts/account-transitions.ts';
import { documentTransitions } from '../documents/document-transitions.ts';
import { affiliationTransitions } from '../operators/affiliation-transitions.ts';
import { operatorTransitions } from '../operators/operator-transitions.ts';
import { orderTransitions } from '../orders/order-transitions.ts';
import { quoteTransitions } from '../quotes/quote-transitions.ts';
import { vehicleTransitions } from '../vehicles/vehicle-transitions.ts';
import { accountStates } from '../../schema/accounts.ts';
import { documentStates } from '../../schema/documents.ts';
import { affiliationStates } from '../../schema/operators.ts';
import { orderStates } from '../../schema/orders.ts';
import { quoteStates } from '../../schema/quotes.ts';
import { vehicleStates } from '../../schema/vehicles.ts';
import type { Transitions } from './transition.ts';

/** A thing that has states, by its name. */
export interface StateTable {
  states: readonly string[];
  /** Where a new one begins. */
  initial: readonly string[];
  transitions: Transitions<string>;
}

/** Every table of states. `docs/states.md` is drawn from it, and a test walks it. */
export const stateTables = {
  order: { states: orderStates, initial: ['open'], transitions: orderTransitions },
  quote: { states: quoteStates, initial: ['submitted'], transitions: quoteTransitions },
  operator: { states: accountStates, initial: ['pending'], transitions: operatorTransitions },
  vehicle: { states: vehicleStates, initial: ['draft'], transitions: vehicleTransitions },
  document: { states: documentStates, initial: ['requested'], transitions: documentTransitions },
  affiliation: { states: affiliationStates, initial: ['none'], transitions: affiliationTransitions },
  account: { states: accountStates, initial: ['active', 'pending'], transitions: accountTransitions },
} as const satisfies Record<string, StateTable>;
