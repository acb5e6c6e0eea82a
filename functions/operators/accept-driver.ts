import { lockAffiliation, moveAffiliation } from '../../db/affiliations.ts';
import type { AccountId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { affiliationTransitions } from './affiliation-transitions.ts';
import { affiliationSchema, driverIdParam } from './driver-schema.ts';
import type { Affiliation } from './driver-schema.ts';

/**
 * Takes a driver who asked for it as the company's own, and tells both: the company is the contract party of its quotes from now on.
 * Problems: `not_found` for a driver who never named this company, `affiliation_not_requested`.
 */
export async function acceptDriver(ports: Ports, actor: AccountActor, driverId: AccountId): Promise<Affiliation> {
  const companyId = actor.accountId;
  await change(ports, actor, async (tx, record) => {
    const affiliation = await lockAffiliation(tx, driverId);
    if (affiliation?.carrierId !== companyId) throw new Problem('not_found');
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'affiliation', id: driverId },
      transitions: affiliationTransitions,
      name: 'accept',
      moved: await moveAffiliation(tx, driverId, affiliationTransitions.accept, record.at),
      details: { company: companyId },
    });
    const both = { driver: driverId, company: companyId };
    if (outcome === 'moved') record.event([driverId, companyId], { event: 'affiliation_accepted', ...both });
  });
  return { driverId, state: 'accepted' };
}

export const acceptDriverEndpoint = endpoint({
  name: 'acceptDriver',
  access: 'operator',
  budget: 7,
  step: affiliationTransitions.accept,
  method: 'post',
  path: '/v1/me/drivers/{driverId}/accept',
  tags: ['operators'],
  summary: 'Take a driver as my own who asks for it',
  request: { params: driverIdParam },
  answers: { 200: { description: 'Where the driver stands', body: affiliationSchema } },
  handle: ({ ports, actor, params }) => acceptDriver(ports, actor, params.driverId),
});
