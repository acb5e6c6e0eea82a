import { accountEndpoints } from './accounts/endpoints.ts';
import { fileEndpoints } from './files/endpoints.ts';
import { documentEndpoints } from './documents/endpoints.ts';
import { closingEndpoints } from './closing/endpoints.ts';
import { codeEndpoints } from './codes/endpoints.ts';
import { apiKeyEndpoints } from './api-keys/endpoints.ts';
import { jobEndpoints } from './jobs/endpoints.ts';
import { noticeEndpoints } from './notices/endpoints.ts';
import { operatorEndpoints } from './operators/endpoints.ts';
import { orderEndpoints } from './orders/endpoints.ts';
import { quoteEndpoints } from './quotes/endpoints.ts';
import { recoveryEndpoints } from './recovery/endpoints.ts';
import { roomEndpoints } from './rooms/endpoints.ts';
import { sessionEndpoints } from './sessions/endpoints.ts';
import { vehicleEndpoints } from './vehicles/endpoints.ts';

/** Every endpoint of the API, a line a feature, in the order of the OpenAPI document. */
export const endpoints = [
  ...accountEndpoints,
  ...closingEndpoints,
  ...sessionEndpoints,
  ...codeEndpoints,
  ...recoveryEndpoints,
  ...apiKeyEndpoints,
  ...orderEndpoints,
  ...roomEndpoints,
  ...quoteEndpoints,
  ...operatorEndpoints,
  ...fileEndpoints,
  ...vehicleEndpoints,
  ...documentEndpoints,
  ...jobEndpoints,
  ...noticeEndpoints,
] as const;
