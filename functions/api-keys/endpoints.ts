import { listApiKeysEndpoint } from './list-api-keys.ts';
import { makeApiKeyEndpoint } from './make-api-key.ts';
import { revokeApiKeyEndpoint } from './revoke-api-key.ts';

export const apiKeyEndpoints = [listApiKeysEndpoint, makeApiKeyEndpoint, revokeApiKeyEndpoint] as const;
