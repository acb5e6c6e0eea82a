import { z } from '@hono/zod-openapi';
import { code } from '../codes/check-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { accountSchema } from './account-schema.ts';
import { changeContact } from './change-contact.ts';
import { currentPassword } from './change-password.ts';
import { confirmPassword } from './confirm-password.ts';
import { phone } from './fields.ts';

const phoneChange = z.strictObject({ value: phone, code, password: currentPassword }).openapi('PhoneChange');

export const changePhoneEndpoint = endpoint({
  name: 'changePhone',
  access: 'account',
  budget: 13,
  problems: ['wrong_password', 'invalid_code', 'phone_taken', 'too_many_requests'],
  method: 'put',
  path: '/v1/me/phone',
  tags: ['accounts'],
  summary: 'Change my telephone, or prove it, with a code that was sent there',
  request: { body: json(phoneChange) },
  answers: { 200: { description: 'The account, changed', body: accountSchema } },
  handle: async ({ ports, actor, body: { password, ...body }, c }) => {
    const { phone: was, passwordHash } = await confirmPassword(c, ports, actor, password);
    return changeContact(ports, actor, { ...body, was, passwordHash });
  },
});
