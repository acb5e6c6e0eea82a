import { z } from '@hono/zod-openapi';
import { insertConsents, listConsents, withdrawConsent } from '../../db/consents.ts';
import { consentKinds } from '../../schema/accounts.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { consentChange, currentConsents, givenOf } from './consents.ts';

const kind = z.enum(consentKinds);

const consentTexts = z
  .object({
    items: z.array(
      z.object({
        kind,
        version: z.string(),
        required: z.boolean().openapi({ description: 'Without it nobody registers.' }),
        url: z.string().openapi({ description: 'Where its text is read.' }),
      }),
    ),
  })
  .openapi('ConsentTexts');

const ownConsents = z
  .object({
    items: z.array(
      z.object({
        kind,
        version: z.string(),
        current: z.boolean().openapi({ description: 'It is the version that is in force.' }),
        givenAt: z.string(),
        withdrawnAt: z.string().nullable(),
      }),
    ),
  })
  .openapi('OwnConsents');

type OwnConsents = z.infer<typeof ownConsents>;

/** What the caller agreed to, and when; what was taken back as well. */
export async function showConsents({ db }: Pick<Ports, 'db'>, { accountId }: Pick<Principal, 'accountId'>) {
  const items = await listConsents(db, accountId);
  return {
    items: items.map((each) => Object.assign(each, { current: each.version === currentConsents[each.kind].version })),
  };
}

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

export const showConsentTextsEndpoint = endpoint({
  name: 'showConsentTexts',
  access: 'public',
  budget: 0,
  method: 'get',
  path: '/v1/consents',
  tags: ['accounts'],
  summary: 'What people agree to, in the version that is in force',
  answers: { 200: { description: 'Each of them', body: consentTexts } },
  handle: ({ ports: { settings } }) => ({
    items: consentKinds.map((kind) => {
      const { version, required, path } = currentConsents[kind];
      return { kind, version, required, url: `${settings.publicOrigin}${path}` };
    }),
  }),
});

export const showConsentsEndpoint = endpoint({
  name: 'showConsents',
  access: 'account',
  budget: 2,
  method: 'get',
  path: '/v1/me/consents',
  tags: ['accounts'],
  summary: 'What I agreed to',
  answers: { 200: { description: 'Each version of each', body: ownConsents } },
  handle: ({ ports, actor }) => showConsents(ports, actor),
});

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
