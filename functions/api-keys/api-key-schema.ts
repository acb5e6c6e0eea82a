import { z } from '@hono/zod-openapi';
import { apiKeyForm } from '../identity/api-key.ts';
import { scopes } from '../identity/scopes.ts';

const day = 24 * 3600 * 1000;

/** How long a key lasts where nothing is said of it, and at most, in milliseconds. */
export const [usualMs, longestMs] = [365 * day, 2 * 365 * day];

/** How many keys an account may have at once. */
export const keysAtMost = 20;

export const scopeList = z.array(z.enum(scopes)).openapi({ example: ['orders:read', 'quotes:read'] });

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().openapi({ description: 'The last characters of the key.' }),
    scopes: scopeList,
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    lastUsedAt: z.string().nullable().openapi({ description: 'To within a minute.' }),
    lastUsedFrom: z.string().nullable().openapi({ description: 'The address of that use.' }),
    revokedAt: z.string().nullable(),
  })
  .openapi('ApiKey');

export const newApiKeySchema = apiKeySchema
  .extend({
    key: z
      .string()
      .regex(apiKeyForm)
      .openapi({ description: 'Shown this once. Sent as `Authorization: Bearer`.', format: 'password' }),
  })
  .openapi('NewApiKey');

export type ApiKey = z.infer<typeof apiKeySchema>;
