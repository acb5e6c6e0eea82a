import type { z } from '@hono/zod-openapi';
import { insertConsents, withdrawConsent } from '../../db/consents.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { consentChange, givenOf } from './consents.ts';
import { ownConsents, showConsents } from './show-consents.ts';
import type { OwnConsents } from './show-consents.ts';

/** Agrees to the versions in force, or takes back what may be. Saying it again changes nothing. */
export async function changeConsents(
  ports: Ports,
  actor: AccountActor,
  input: z.output<typeof consentChange>,
): Promise<OwnConsents> {
  const { accountId } = actor;
  await change(ports, actor, async (tx, record) => {
    await insertConsents(tx, accountId, givenOf(input), record.at);
    if (input.marketing === null) await withdrawConsent(tx, accountId, 'marketing', record.at);
    record.audit({ kind: 'account', id: accountId }, 'change_consents', { ...input });
  });
  return showConsents(ports, actor);
}

export const changeConsentsEndpoint = endpoint({
  name: 'changeConsents',
  access: 'account',
  budget: 7,
  method: 'put',
  path: '/v1/me/consents',
  tags: ['accounts'],
  summary: 'Agree to a new version, or take back what may be taken back',
  request: { body: json(consentChange) },
  answers: { 200: { description: 'What stands now', body: ownConsents } },
  handle: ({ ports, actor, body }) => changeConsents(ports, actor, body),
});
