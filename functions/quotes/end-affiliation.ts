import { lockAffiliation, moveAffiliation } from '../../db/affiliations.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { AccountId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { Recorder } from '../changes/recorder.ts';
import { completeStep } from '../changes/transition.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import { affiliationTransitions } from '../operators/affiliation-transitions.ts';
import type { Ports } from '../ports.ts';
import { withdrawQuotes } from './withdraw-quotes.ts';

/**
 * Ends what is between a driver and the company that it named, and tells both; the driver's quotes under that carrier that are on
 * offer are withdrawn. Where nothing is between them any more, nothing is done. Problem: `not_found` where a company names a driver
 * who never named it.
 */
export async function endAffiliation(
  ports: Ports,
  actor: AccountActor,
  { driverId, by }: { driverId: AccountId; by: 'driver' | 'company' },
): Promise<void> {
  await change(ports, actor, async (tx, record) => {
    const affiliation = await lockAffiliation(tx, driverId);
    const companyId = affiliation?.carrierId ?? undefined;
    if (by === 'company' && companyId !== actor.accountId) throw new Problem('not_found');
    if (affiliation !== undefined && companyId !== undefined && affiliation.state !== 'none')
      await end(tx, record, { driverId, companyId, state: affiliation.state, by });
  });
}

interface Ending {
  driverId: AccountId;
  companyId: AccountId;
  state: 'requested' | 'accepted';
  by: 'driver' | 'company';
}

async function end(tx: Transaction, record: Recorder, { driverId, companyId, state, by }: Ending): Promise<void> {
  const steps = {
    requested: { driver: 'takeBack', company: 'refuse' },
    accepted: { driver: 'leave', company: 'remove' },
  };
  const name = steps[state][by] as keyof typeof affiliationTransitions;
  await completeStep(tx, record, {
    subject: { kind: 'affiliation', id: driverId },
    transitions: affiliationTransitions,
    name,
    moved: await moveAffiliation(tx, driverId, affiliationTransitions[name], record.at),
    details: { company: companyId },
  });
  const event = name === 'refuse' ? 'affiliation_refused' : 'affiliation_ended';
  record.event([driverId, companyId], { event, driver: driverId, company: companyId });
  if (state === 'accepted') await withdrawQuotes(tx, record, { operatorId: driverId, carrierId: companyId });
}
