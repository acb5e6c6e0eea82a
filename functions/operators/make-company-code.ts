import { z } from '@hono/zod-openapi';
import { setCompanyCode } from '../../db/operators.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { newCompanyCode } from '../text/company-code.ts';

const codeSchema = z.object({ companyCode: z.string() }).openapi('CompanyCode');

/** Gives a company another code: who knows the old one names nobody with it. Its drivers stay. Problem: `forbidden` for drivers. */
export async function makeCompanyCode(ports: Ports, actor: AccountActor): Promise<{ companyCode: string }> {
  const companyCode = newCompanyCode();
  await change(ports, actor, async (tx, record) => {
    if (actor.role !== 'company') throw new Problem('forbidden');
    await setCompanyCode(tx, actor.accountId, companyCode);
    record.audit({ kind: 'operator', id: actor.accountId }, 'make_code');
  });
  return { companyCode };
}

export const makeCompanyCodeEndpoint = endpoint({
  name: 'makeCompanyCode',
  access: 'operator',
  budget: 5,
  problems: ['forbidden'],
  method: 'post',
  path: '/v1/me/operator/code',
  tags: ['operators'],
  summary: 'Give my company another code for its drivers',
  answers: { 200: { description: 'The code that holds from now on', body: codeSchema } },
  handle: ({ ports, actor }) => makeCompanyCode(ports, actor),
});
