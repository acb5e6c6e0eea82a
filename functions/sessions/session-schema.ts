import { z } from '@hono/zod-openapi';
import { accountSchema } from '../accounts/account-schema.ts';

/** The answer of a log-in and of a refresh (RFC 6749, section 5.1, in camel case). */
export const sessionSchema = z
  .object({
    accessToken: z.string().openapi({ description: 'A signed JWT for `Authorization: Bearer`.' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().openapi({ description: 'Seconds until the access token ends.' }),
    refreshToken: z.string().optional().openapi({
      description: 'Good for one refresh. Absent where it went into the cookie.',
    }),
    account: accountSchema,
  })
  .openapi('Session');

export type Session = z.infer<typeof sessionSchema>;

/** Where the refresh token travels: a browser takes the cookie, which no script can read; other clients the body. */
export const refreshIn = z.enum(['body', 'cookie']).default('body');
