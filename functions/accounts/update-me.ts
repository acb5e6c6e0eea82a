import { z } from '@hono/zod-openapi';
import { findAccount, updateProfile } from '../../db/accounts.ts';
import { languages } from '../../schema/accounts.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { personFields } from './fields.ts';

const profile = z
  .strictObject({ displayName: personFields.displayName.optional(), language: z.enum(languages).optional() })
  .openapi('AccountChange');

/** Changes the caller's name, and the language in which they are written to. Problem: `precondition_failed`. */
export async function updateMe(
  ports: Ports,
  actor: AccountActor,
  { displayName, language }: z.output<typeof profile>,
  versions: ExpectedVersions,
): Promise<Account> {
  const set = { ...(displayName !== undefined && { displayName }), ...(language !== undefined && { language }) };
  return change(
    ports,
    actor,
    async (tx, record) => {
      if (!(await updateProfile(tx, actor.accountId, set, versions))) throw new Problem('precondition_failed');
      record.audit({ kind: 'account', id: actor.accountId }, 'update', { fields: Object.keys(set) });
      const account = await findAccount(tx, actor.accountId);
      if (account === undefined) throw new Problem('unauthenticated');
      return account;
    },
    { changesActor: true },
  );
}

export const updateMeEndpoint = endpoint({
  name: 'updateMe',
  access: 'account',
  budget: 6,
  ifMatch: 'required',
  method: 'patch',
  path: '/v1/me',
  tags: ['accounts'],
  summary: 'Change my name, and the language in which I am written to',
  request: { body: json(profile) },
  answers: { 200: { description: 'The account, changed', body: accountSchema } },
  handle: ({ ports, actor, body, versions }) => updateMe(ports, actor, body, versions),
});
