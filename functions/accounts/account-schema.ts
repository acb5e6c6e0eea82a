import { z } from '@hono/zod-openapi';
import { accountRoles, accountStates, languages } from '../../schema/accounts.ts';

/** An account as its owner and admins see it. */
export const accountSchema = z
  .object({
    id: z.uuid(),
    role: z.enum(accountRoles),
    state: z.enum(accountStates).openapi({ description: 'Operators are `pending` until an admin has verified them.' }),
    username: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable().openapi({ description: 'E.164' }),
    displayName: z.string(),
    createdAt: z.string(),
    emailVerified: z
      .boolean()
      .openapi({ description: 'A code that was sent there came back: one may log in with it.' }),
    phoneVerified: z.boolean(),
    language: z.enum(languages).openapi({ description: 'In which its owner is written to.' }),
    version: z.int(),
  })
  .openapi('Account');

export type Account = z.infer<typeof accountSchema>;

/** What every account begins with. */
export const newAccount = { emailVerified: false, phoneVerified: false, language: 'ko', version: 1 } as const;
