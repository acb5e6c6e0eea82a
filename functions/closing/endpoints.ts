import { closeAccountEndpoint } from './close-account.ts';
import { showMyDataEndpoint } from './show-my-data.ts';

export const closingEndpoints = [showMyDataEndpoint, closeAccountEndpoint] as const;
