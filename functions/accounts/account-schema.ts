import { z } from '@hono/zod-openapi';
import { accountRoles, accountStates } from '../../schema/accounts.ts';

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
  })
  .openapi('Account');

export type Account = z.infer<typeof accountSchema>;
