import { z } from '@hono/zod-openapi';
import { replaceRegions, updateOperatorProfile } from '../../db/operators.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { profileFields } from './fields.ts';
import { ownOperatorSchema } from './operator-schema.ts';
import type { OwnOperator } from './operator-schema.ts';
import { showOperatorProfile } from './show-operator-profile.ts';

const profileEdit = z.strictObject(profileFields).openapi('OperatorEdit');

type ProfileEdit = z.infer<typeof profileEdit>;

/** What only a company has. */
const ofCompanies = ['fleetSize', 'address', 'registrationNumber'] as const;

/**
 * Changes what an operator says of itself; what is not named stays as it is. Problems: `precondition_failed`, `validation_failed`
 * where a driver names what only a company has.
 */
export async function editOperator(
  ports: Ports,
  actor: AccountActor,
  { regions, ...fields }: ProfileEdit,
  versions: ExpectedVersions,
): Promise<OwnOperator> {
  const id = actor.accountId;
  const foreign = actor.role === 'company' ? undefined : ofCompanies.find((name) => fields[name] !== undefined);
  if (foreign !== undefined) throw ruleProblem(`/${foreign}`, 'company_only');
  await change(ports, actor, async (tx, record) => {
    if (!(await updateOperatorProfile(tx, id, versions, fields))) throw new Problem('precondition_failed');
    if (regions !== undefined) await replaceRegions(tx, id, regions);
    const fieldsChanged = Object.keys({ ...fields, ...(regions && { regions }) });
    record.audit({ kind: 'operator', id }, 'edit', { fields: fieldsChanged });
  });
  return showOperatorProfile(ports, id);
}

export const editOperatorEndpoint = endpoint({
  name: 'editOperator',
  access: 'operator',
  budget: 9,
  method: 'patch',
  path: '/v1/me/operator',
  tags: ['operators'],
  summary: 'Change my profile as an operator',
  ifMatch: 'required',
  request: { body: json(profileEdit) },
  answers: { 200: { description: 'The profile as it is now', body: ownOperatorSchema } },
  handle: ({ ports, actor, body, versions }) => editOperator(ports, actor, body, versions),
});
