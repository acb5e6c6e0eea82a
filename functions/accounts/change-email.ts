import { z } from '@hono/zod-openapi';
import { code } from '../codes/check-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { accountSchema } from './account-schema.ts';
import { changeContact } from './change-contact.ts';
import { currentPassword } from './change-password.ts';
import { confirmPassword } from './confirm-password.ts';
import { email } from './fields.ts';

const emailChange = z.strictObject({ value: email, code, password: currentPassword }).openapi('EmailChange');

export const changeEmailEndpoint = endpoint({
  name: 'changeEmail',
  access: 'account',
  budget: 13,
  problems: ['wrong_password', 'invalid_code', 'email_taken', 'too_many_requests'],
  method: 'put',
  path: '/v1/me/email',
  tags: ['accounts'],
  summary: 'Change my e-mail address, or prove it, with a code that was sent there',
  request: { body: json(emailChange) },
  answers: { 200: { description: 'The account, changed', body: accountSchema } },
  handle: async ({ ports, actor, body: { password, ...body }, c }) => {
    const { email: was, passwordHash } = await confirmPassword(c, ports, actor, password);
    return changeContact(ports, actor, { ...body, was, passwordHash });
  },
});
