import { z } from '@hono/zod-openapi';
import { holdAccount } from '../../db/accounts.ts';
import { findCompanyByCode, moveAffiliation } from '../../db/affiliations.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitOver } from '../http/limit-attempts.ts';
import { networkOf } from '../http/network-of.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Limit, Ports } from '../ports.ts';
import { affiliationTransitions } from './affiliation-transitions.ts';
import { companyCode } from './fields.ts';
import { ownOperatorSchema } from './operator-schema.ts';
import type { OwnOperator } from './operator-schema.ts';
import { showOperatorProfile } from './show-operator-profile.ts';

const affiliationRequest = z.strictObject({ companyCode }).openapi('AffiliationRequest');

/** Wrong codes of one account, and of one network, whose accounts cost nothing. */
const wrongCodes: Limit = { attempts: 10, seconds: 3600 };
const wrongFromNetwork: Limit = { attempts: 30, seconds: 3600 };

/**
 * Asks a company, by its code, to take a driver as its own, and tells both. Problems: `company_unknown`, `too_many_requests` after
 * ten wrong codes in an hour, `carrier_named`, `forbidden` for a company.
 */
export async function requestAffiliation(ports: Ports, actor: AccountActor, code: string): Promise<OwnOperator> {
  const driverId = actor.accountId;
  const company = await guessed(ports, actor, () => findCompanyByCode(ports.db, code));
  await change(ports, actor, async (tx, record) => {
    if (actor.role !== 'driver') throw new Problem('forbidden');
    if (!company) throw new Problem('company_unknown');
    // It closes its account before this, or lets this driver go with the others.
    if (!takesPart((await holdAccount(tx, company.id))?.state)) throw new Problem('company_unknown');
    const set = { carrierId: company.id };
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'affiliation', id: driverId },
      transitions: affiliationTransitions,
      name: 'request',
      moved: await moveAffiliation(tx, driverId, affiliationTransitions.request, record.at, { set }),
      details: { company: company.id },
    });
    const both = { driver: driverId, company: company.id };
    if (outcome === 'moved') record.event([driverId, company.id], { event: 'affiliation_requested', ...both });
  });
  return showOperatorProfile(ports, driverId);
}

/** Whether a company in this state may be named. */
const takesPart = (state: string | undefined): boolean => state === 'active' || state === 'pending';

/** Counts a code before it is looked at, and gives it back where a company that takes part has it. */
async function guessed<Company extends { state: string }>(
  ports: Pick<Ports, 'limiter' | 'log'>,
  actor: AccountActor,
  find: () => Promise<Company | undefined>,
): Promise<Company | undefined> {
  const counts = [
    { key: `company-code:${actor.accountId}`, limit: wrongCodes, told: 'company-code' },
    { key: `company-code:${networkOf(actor.address)}`, limit: wrongFromNetwork, told: 'company-code-network' },
  ];
  await limitOver(ports, actor, 'company-code', counts);
  const company = await find();
  if (!takesPart(company?.state)) return undefined;
  for (const { key, limit } of counts) await ports.limiter.giveBack(key, limit, 'one');
  return company;
}

export const requestAffiliationEndpoint = endpoint({
  name: 'requestAffiliation',
  access: 'operator',
  budget: 10,
  problems: ['company_unknown', 'too_many_requests'],
  step: affiliationTransitions.request,
  method: 'post',
  path: '/v1/me/affiliation',
  tags: ['operators'],
  summary: 'Ask a company to be my carrier, by its code',
  request: { body: json(affiliationRequest) },
  answers: { 200: { description: 'My profile, with the carrier that is asked', body: ownOperatorSchema } },
  handle: ({ ports, actor, body }) => requestAffiliation(ports, actor, body.companyCode),
});
