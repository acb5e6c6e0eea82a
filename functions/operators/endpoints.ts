import { activateOperatorEndpoint } from './activate-operator.ts';
import { listOperatorsEndpoint } from './list-operators.ts';
import { showOperatorEndpoint } from './show-operator.ts';

export const operatorEndpoints = [showOperatorEndpoint, listOperatorsEndpoint, activateOperatorEndpoint] as const;
