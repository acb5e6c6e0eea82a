import { z } from '@hono/zod-openapi';
import type { Consent } from '../../db/consents.ts';
import { consentKinds } from '../../schema/accounts.ts';
import { rule } from '../http/validation.ts';

type Kind = (typeof consentKinds)[number];

/**
 * What people agree to, in the version that is in force, and where its text is read: the deployer's own, which their front serves there.
 * A new text is a new version here, by its month; whoever agreed to an older one is asked again.
 */
export const currentConsents: Record<Kind, { version: string; required: boolean; path: string }> = {
  terms: { version: '2026-11', required: true, path: '/legal/terms' },
  privacy: { version: '2026-11', required: true, path: '/legal/privacy' },
  marketing: { version: '2026-11', required: false, path: '/legal/marketing' },
};

/** The version in force: nobody agrees to another. */
const versionOf = (kind: Kind) =>
  z
    .string()
    .max(16)
    .refine((version) => version === currentConsents[kind].version, rule('consent_version'))
    .openapi({ type: 'string', maxLength: 16, example: currentConsents[kind].version });

/** What registering takes. */
export const registrationConsents = z
  .strictObject({
    terms: versionOf('terms'),
    privacy: versionOf('privacy'),
    marketing: versionOf('marketing').optional(),
  })
  .openapi('Consents');

/** What is agreed to later, or taken back: only what may be refused can be. */
export const consentChange = z
  .strictObject({
    terms: versionOf('terms').optional(),
    privacy: versionOf('privacy').optional(),
    marketing: versionOf('marketing').nullable().optional().openapi({ description: '`null` takes it back.' }),
  })
  .openapi('ConsentChange');

/** What of such an input is agreed to. */
export const givenOf = (input: z.output<typeof consentChange>): Consent[] =>
  consentKinds.flatMap((kind) => {
    const version = input[kind];
    return version === undefined || version === null ? [] : [{ kind, version }];
  });

/** What registering has to agree to, as the version in force has it. */
export const neededConsents = { terms: currentConsents.terms.version, privacy: currentConsents.privacy.version };
