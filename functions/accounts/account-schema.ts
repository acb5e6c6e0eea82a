import { z } from '@hono/zod-openapi';
import { accountRoles, accountStates, languages } from '../../schema/accounts.ts';

/** An account as its owner sees it. */
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

/**
 * An account in the lists of admins, and where they decide on it: how its owner is reached stands on its page alone, whose readers are
 * written down (`GET /v1/admin/accounts/{accountId}`).
 */
export const foundAccountSchema = accountSchema
  .pick({ id: true, role: true, state: true, username: true, displayName: true, createdAt: true })
  .openapi('FoundAccount');

export type FoundAccount = z.infer<typeof foundAccountSchema>;

export const showFound = ({ id, role, state, username, displayName, createdAt }: FoundAccount): FoundAccount => ({
  id,
  role,
  state,
  username,
  displayName,
  createdAt,
});

/** What every account begins with. */
export const newAccount = { emailVerified: false, phoneVerified: false, language: 'ko', version: 1 } as const;
