import { z } from '@hono/zod-openapi';
import { inspectAccount as findAccountPage } from '../../db/account-search.ts';
import { languages } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from '../accounts/account-schema.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import { isOperator } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { ownOperatorSchema } from './operator-schema.ts';
import { showOperatorProfile } from './show-operator-profile.ts';

const inspectedSchema = accountSchema
  .extend({
    language: z.enum(languages),
    emailVerifiedAt: z.string().nullable(),
    phoneVerifiedAt: z.string().nullable(),
    decisionReason: z.string().nullable().openapi({ description: 'Why it was shut out, or not verified.' }),
    closedAt: z.string().nullable(),
    operator: ownOperatorSchema.nullable(),
  })
  .openapi('InspectedAccount');

type Inspected = z.infer<typeof inspectedSchema>;

/**
 * Somebody's account as an admin sees it, with its profile as an operator. Whoever is shown how somebody is reached stands in the
 * audit, before it is shown. Problem: `not_found`.
 */
export async function inspectAccount(ports: Ports, actor: AccountActor, id: AccountId): Promise<Inspected> {
  const account = await findAccountPage(ports.db, id);
  if (!account) throw new Problem('not_found');
  const operator = isOperator(account) ? await showOperatorProfile(ports, id) : null;
  if (account.phone !== null || account.email !== null || (operator?.contactPhone ?? null) !== null)
    await change(ports, actor, async (_tx, record) => record.audit({ kind: 'account', id }, 'view'));
  return { ...account, operator };
}

export const inspectAccountEndpoint = endpoint({
  name: 'inspectAccount',
  access: 'admin',
  budget: 8,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/admin/accounts/{accountId}',
  tags: ['admin'],
  summary: 'An account with its profile as an operator; the look is written down',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account', body: inspectedSchema } },
  handle: ({ ports, actor, params }) => inspectAccount(ports, actor, params.accountId),
});
