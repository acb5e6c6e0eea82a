import { z } from '@hono/zod-openapi';
import { companyDrivers } from '../../db/affiliations.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { companyDriverSchema } from './driver-schema.ts';
import type { CompanyDriver } from './driver-schema.ts';

const drivers = listQuery({
  name: 'drivers',
  filters: { state: z.enum(['requested', 'accepted']).default('requested') },
  orders: { new: { id: idOf<AccountId>() } },
});

/** The drivers of the caller's company, or those who ask to be. */
export async function listDrivers(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof drivers.schema>,
): Promise<Page<CompanyDriver>> {
  const { selection, page } = drivers.open(query, accountId);
  const given = { carrierId: accountId, affiliation: query.state };
  return page(await companyDrivers.page(db, given, { ...selection, filters: {} }));
}

export const listDriversEndpoint = endpoint({
  name: 'listDrivers',
  access: 'operator',
  budget: 1,
  method: 'get',
  path: '/v1/me/drivers',
  tags: ['operators'],
  summary: 'The drivers of my company, or those who ask to be',
  request: { query: drivers.schema },
  answers: { 200: { description: 'A page', body: pageOf(companyDriverSchema) } },
  handle: ({ ports, actor, query }) => listDrivers(ports, actor, query),
});
