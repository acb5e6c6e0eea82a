import { z } from '@hono/zod-openapi';
import { accountRoles, accountStates } from '../../schema/accounts.ts';
import { activationNeeds } from './activation-policy.ts';

/** An operator in a list, as anyone who is logged in sees it. */
export const operatorCardSchema = z
  .object({
    id: z.uuid(),
    role: z.enum(accountRoles),
    displayName: z.string(),
    serviceArea: z.string(),
    regions: z.array(z.string()).openapi({ description: 'Codes of GET /v1/regions.' }),
    rating: z.number().nullable().openapi({ description: '1.0 to 5.0; null before the first review.' }),
    reviewCount: z.int(),
  })
  .openapi('OperatorCard');

const party = z.object({ id: z.uuid(), displayName: z.string() });

/** What anyone who is logged in may know of an operator; never how to reach it outside KingBus. */
export const operatorSchema = operatorCardSchema
  .extend({
    introduction: z.string(),
    videoLink: z.string().nullable().openapi({ description: 'Of another site: for people to follow.' }),
    verified: z.boolean().openapi({ description: 'An admin has verified it; others are not shown.' }),
    carrier: party.nullable().openapi({ description: 'Of a driver: the company that it drives for.' }),
    address: z.string().nullable().openapi({ description: 'Of a company.' }),
    fleetSize: z.int().nullable().openapi({ description: 'Buses of a company.' }),
    memberSince: z.string(),
  })
  .openapi('Operator');

export type Operator = z.infer<typeof operatorSchema>;

/** An operator as it sees itself. */
export const ownOperatorSchema = operatorCardSchema
  .extend({
    state: z.enum(accountStates),
    introduction: z.string(),
    videoLink: z.string().nullable(),
    garage: z.string().nullable(),
    fleetSize: z.int().nullable(),
    address: z.string().nullable(),
    contactPhone: z.string().nullable().openapi({ description: 'E.164, or a short number as it is dialled.' }),
    businessNumber: z.string().nullable(),
    registrationNumber: z.string().nullable(),
    companyCode: z.string().nullable().openapi({ description: 'Of a company: what its drivers name.' }),
    carrier: party.extend({ state: z.enum(['requested', 'accepted']) }).nullable(),
    missing: z.array(z.enum(activationNeeds)).openapi({ description: 'What a verification still needs.' }),
    decisionReason: z.string().nullable().openapi({ description: 'Why an admin has not verified it.' }),
    version: z.int(),
  })
  .openapi('OwnOperator');

export type OwnOperator = z.infer<typeof ownOperatorSchema>;
