import { z } from '@hono/zod-openapi';
import { listConsents } from '../../db/consents.ts';
import { consentKinds } from '../../schema/accounts.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { currentConsents } from './consents.ts';

export const ownConsents = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(consentKinds),
        version: z.string(),
        current: z.boolean().openapi({ description: 'It is the version that is in force.' }),
        givenAt: z.string(),
        withdrawnAt: z.string().nullable(),
      }),
    ),
  })
  .openapi('OwnConsents');

export type OwnConsents = z.infer<typeof ownConsents>;

/** What the caller agreed to, and when; what was taken back as well. */
export async function showConsents(
  { db }: Pick<Ports, 'db'>,
  { accountId }: Pick<Principal, 'accountId'>,
): Promise<OwnConsents> {
  const items = await listConsents(db, accountId);
  return {
    items: items.map((each) => Object.assign(each, { current: each.version === currentConsents[each.kind].version })),
  };
}

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
