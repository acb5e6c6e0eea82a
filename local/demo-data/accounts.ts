import { findAccountState } from '../../db/accounts.ts';
import { findCredentials } from '../../db/credentials.ts';
import { neededConsents } from '../../functions/accounts/consents.ts';
import { createAdmin } from '../../functions/accounts/create-admin.ts';
import { registerAccount, registration } from '../../functions/accounts/register-account.ts';
import { acceptDriver } from '../../functions/operators/accept-driver.ts';
import { activateOperator } from '../../functions/operators/activate-operator.ts';
import { makeCompanyCode } from '../../functions/operators/make-company-code.ts';
import { requestAffiliation } from '../../functions/operators/request-affiliation.ts';
import { showOperatorProfile } from '../../functions/operators/show-operator-profile.ts';
import type { Ports } from '../../functions/ports.ts';
import type { AccountActor } from '../../functions/identity/actor.ts';
import { isOperator } from '../../functions/identity/principal.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { demoAccounts } from '../demo-accounts.ts';
import type { DemoAccount } from '../demo-accounts.ts';

const operator = {
  introduction: '20년 무사고, 시간 약속을 지킵니다.',
  serviceArea: '서울·경기·강원',
  regions: ['11', '41', '51'],
};
const company = {
  introduction: '45인승부터 리무진까지 28대를 직접 운영합니다. 전국 어디든 모십니다.',
  serviceArea: '전국',
  businessNumber: '124-81-00998',
  address: '경기도 수원시 영통구 삼성로 129',
  fleetSize: 28,
};

/** Sees that the demo accounts are there, operators activated, and gives each as the caller of verbs. */
export async function loadDemoAccounts(ports: Ports): Promise<Map<string, AccountActor>> {
  const principals = new Map<string, AccountActor>();
  for (const [index, account] of demoAccounts.entries())
    principals.set(account.username, await load(ports, account, index));
  const operators = [...principals.values()].filter(isOperator);
  const carrier = operators.find(({ role }) => role === 'company');
  if (carrier === undefined) throw new Error('there is no demo company');
  for (const driver of operators.filter(({ role }) => role === 'driver')) await affiliate(ports, driver, carrier);
  for (const { accountId } of operators) {
    if ((await findAccountState(ports.db, accountId)) === 'pending')
      await activateOperator(ports, console, accountId, { override: true });
  }
  return principals;
}

/** Drivers drive for the demo company. */
async function affiliate(ports: Ports, driver: AccountActor, company: AccountActor): Promise<void> {
  const { carrier } = await showOperatorProfile(ports, driver.accountId);
  if (carrier === null) {
    const known = (await showOperatorProfile(ports, company.accountId)).companyCode;
    await requestAffiliation(ports, driver, known ?? (await makeCompanyCode(ports, company)).companyCode);
  }
  if (carrier?.state !== 'accepted') await acceptDriver(ports, company, driver.accountId);
}

const console = { kind: 'console' } as const;

async function load(
  ports: Ports,
  { role, username, password, name }: DemoAccount,
  index: number,
): Promise<AccountActor> {
  const person = {
    username,
    password,
    displayName: name,
    email: `${username}@example.com`,
    phone: `010-1000-${String(index + 1).padStart(4, '0')}`,
  };
  const agreed = { consents: neededConsents, overFourteen: true };
  const found =
    (await findCredentials(ports.db, username)) ??
    (role === 'admin'
      ? await createAdmin(ports, { ...person, phone: `+82${person.phone.slice(1).replaceAll('-', '')}` })
      : (await registerAccount(ports, console, registration.parse({ ...person, ...agreed, role, ...extrasOf(role) })))
          .account);
  const accountId = found.id as AccountId;
  return {
    kind: 'account',
    address: '127.0.0.1',
    requestId: 'demo-data',
    mustBeActive: false,
    accountId,
    role: found.role,
    sessionId: ports.newId<SessionId>(),
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

function extrasOf(role: 'customer' | 'driver' | 'company') {
  switch (role) {
    case 'customer':
      return {};
    case 'driver':
      return operator;
    case 'company':
      return company;
  }
}
