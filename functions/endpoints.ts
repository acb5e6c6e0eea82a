import { accountEndpoints } from './accounts/endpoints.ts';
import { apiKeyEndpoints } from './api-keys/endpoints.ts';
import { jobEndpoints } from './jobs/endpoints.ts';
import { operatorEndpoints } from './operators/endpoints.ts';
import { orderEndpoints } from './orders/endpoints.ts';
import { quoteEndpoints } from './quotes/endpoints.ts';
import { roomEndpoints } from './rooms/endpoints.ts';
import { sessionEndpoints } from './sessions/endpoints.ts';

/** Every endpoint of the API, a line a feature, in the order of the OpenAPI document. */
export const endpoints = [
  ...accountEndpoints,
  ...sessionEndpoints,
  ...apiKeyEndpoints,
  ...orderEndpoints,
  ...roomEndpoints,
  ...quoteEndpoints,
  ...operatorEndpoints,
  ...jobEndpoints,
] as const;
