import { z } from '@hono/zod-openapi';
import type { AccountId } from '../../schema/ids.ts';
import { affiliationStates } from '../../schema/operators.ts';
import { idOf } from '../http/id.ts';

/** A driver as the company sees it that is its carrier, or is asked to be. */
export const companyDriverSchema = z
  .object({
    id: z.uuid(),
    displayName: z.string(),
    introduction: z.string(),
    contactPhone: z.string().nullable(),
    state: z.enum(affiliationStates),
    since: z.string().nullable(),
    verified: z.boolean(),
  })
  .openapi('CompanyDriver');

export type CompanyDriver = z.infer<typeof companyDriverSchema>;

/** Where a driver stands with a company. */
export const affiliationSchema = z
  .object({ driverId: z.uuid(), state: z.enum(affiliationStates) })
  .openapi('Affiliation');

export type Affiliation = z.infer<typeof affiliationSchema>;

export const driverIdParam = z.object({ driverId: idOf<AccountId>() });
