import { z } from '@hono/zod-openapi';
import { findAccount, setContact } from '../../db/accounts.ts';
import { change } from '../changes/change.ts';
import { checkCode, code, takeCode } from '../codes/check-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { currentPassword } from './change-password.ts';
import { confirmPassword } from './confirm-password.ts';
import { email, noticeChannelOf, phone } from './fields.ts';

const emailChange = z.strictObject({ value: email, code, password: currentPassword }).openapi('EmailChange');
const phoneChange = z.strictObject({ value: phone, code, password: currentPassword }).openapi('PhoneChange');

/**
 * Gives the caller an e-mail address or a number that a code has proven to be theirs; what they had until now is told. The same one
 * again proves it. Problems: `invalid_code`, `email_taken`, `phone_taken`.
 */
export async function changeContact(
  ports: Ports,
  actor: AccountActor,
  { value, code: given, was }: { value: string; code: string; was: string | null },
): Promise<Account> {
  const { accountId } = actor;
  const channel = noticeChannelOf(value);
  const right = await checkCode(ports, { purpose: 'change', target: value, code: given, accountId });
  return change(
    ports,
    actor,
    async (tx, record) => {
      await takeCode(tx, right, record.at);
      const isSet = await setContact(tx, accountId, value, record.at);
      if (!isSet) throw new Problem(channel === 'email' ? 'email_taken' : 'phone_taken');
      record.audit({ kind: 'account', id: accountId }, channel === 'email' ? 'change_email' : 'change_phone');
      if (was !== null && was !== value) record.inform(accountId, [channel], { event: 'credentials_changed' }, was);
      const account = await findAccount(tx, accountId);
      if (account === undefined) throw new Problem('unauthenticated');
      return account;
    },
    { changesActor: true },
  );
}

const answers = { 200: { description: 'The account, changed', body: accountSchema } } as const;

export const changeEmailEndpoint = endpoint({
  name: 'changeEmail',
  access: 'account',
  budget: 12,
  problems: ['wrong_password', 'invalid_code', 'email_taken', 'too_many_requests'],
  method: 'put',
  path: '/v1/me/email',
  tags: ['accounts'],
  summary: 'Change my e-mail address, or prove it, with a code that was sent there',
  request: { body: json(emailChange) },
  answers,
  handle: async ({ ports, actor, body: { password, ...body }, c }) => {
    const { email: was } = await confirmPassword(c, ports, actor, password);
    return changeContact(ports, actor, { ...body, was });
  },
});

export const changePhoneEndpoint = endpoint({
  name: 'changePhone',
  access: 'account',
  budget: 12,
  problems: ['wrong_password', 'invalid_code', 'phone_taken', 'too_many_requests'],
  method: 'put',
  path: '/v1/me/phone',
  tags: ['accounts'],
  summary: 'Change my telephone, or prove it, with a code that was sent there',
  request: { body: json(phoneChange) },
  answers,
  handle: async ({ ports, actor, body: { password, ...body }, c }) => {
    const { phone: was } = await confirmPassword(c, ports, actor, password);
    return changeContact(ports, actor, { ...body, was });
  },
});
