import { z } from '@hono/zod-openapi';
import { contact } from '../accounts/fields.ts';
import { requireStanding } from '../http/authenticate.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { languageOf } from '../http/language.ts';
import { codeSent, sendCode } from './send-code.ts';

const changeCodeRequest = z.strictObject({ target: contact }).openapi('ChangeCodeRequest');

export const sendChangeCodeEndpoint = endpoint({
  name: 'sendChangeCode',
  access: 'account',
  budget: 5,
  problems: ['too_many_requests'],
  method: 'post',
  path: '/v1/me/codes',
  tags: ['accounts'],
  summary: 'Send a code to the e-mail address or the telephone that is to be mine',
  request: { body: json(changeCodeRequest) },
  answers: codeSent,
  handle: async ({ ports, actor, body, c }) => {
    // Before it counts: whoever is shut out uses nobody's codes up.
    await requireStanding(ports, actor);
    return sendCode(ports, actor, { purpose: 'change', target: body.target }, languageOf(c));
  },
});
