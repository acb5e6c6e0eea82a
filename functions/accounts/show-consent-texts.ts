import { z } from '@hono/zod-openapi';
import { consentKinds } from '../../schema/accounts.ts';
import { endpoint } from '../http/endpoint.ts';
import { currentConsents } from './consents.ts';

const consentTexts = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(consentKinds),
        version: z.string(),
        required: z.boolean().openapi({ description: 'Without it nobody registers.' }),
        url: z.string().openapi({ description: 'Where its text is read.' }),
      }),
    ),
  })
  .openapi('ConsentTexts');

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
