import { z } from '@hono/zod-openapi';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { raw } from '../../functions/http/raw-body.ts';
import type { Actor } from '../../functions/identity/actor.ts';
import { tinyApp } from '../support/tiny-app.ts';

const secret = 'of a provider that does not exist';
const signatureOf = (bytes: Uint8Array | string) => createHmac('sha256', secret).update(bytes).digest('hex');

let told: Actor[] = [];
const hook = endpoint({
  name: 'takePayment',
  access: 'webhook',
  verify: async ({ bytes, headers }) => {
    const given = Buffer.from(headers.get('X-Signature') ?? '', 'hex');
    const right = Buffer.from(signatureOf(bytes), 'hex');
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    return { source: 'payments', eventId: headers.get('X-Event') ?? '' };
  },
  budget: 0,
  method: 'post',
  path: '/webhooks/payments',
  tags: ['tests'],
  summary: 'A provider tells of a payment',
  request: { body: raw({ content: 'application/json', limit: 1000 }) },
  answers: { 200: { description: 'It was taken', body: z.object({ length: z.int() }) } },
  handle: ({ actor, body }) => {
    told.push(actor);
    return { length: body.length };
  },
});

const body = '{"amount": 10000,  "id":"p1"}';
const send = (sent: string, headers: Record<string, string>) =>
  tinyApp([hook]).request('/webhooks/payments', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: sent,
  });

describe('a webhook', () => {
  it('knows its provider by what it signed, to the letter, and acts in its name', async () => {
    told = [];
    const response = await send(body, { 'X-Signature': signatureOf(body), 'X-Event': 'e-1' });
    expect([response.status, await response.json()]).toEqual([200, { length: body.length }]);
    expect(told).toEqual([{ kind: 'webhook', source: 'payments', eventId: 'e-1' }]);
  });

  it.each([
    ['no signature', body, {}],
    ['nonsense', body, { 'X-Signature': 'x' }],
    ['another body', body.replace('10000', '1'), { 'X-Signature': signatureOf(body) }],
    ['the same body, written otherwise', JSON.stringify(JSON.parse(body)), { 'X-Signature': signatureOf(body) }],
    ['an access token', body, { Authorization: 'Bearer x' }],
  ])('is closed to whoever comes with %s', async (_, sent, headers: Record<string, string>) => {
    told = [];
    const response = await send(sent, headers);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'unauthenticated']);
    expect(told).toEqual([]);
  });

  it('takes no more than its provider sends', async () => {
    const long = 'x'.repeat(1001);
    expect((await send(long, { 'X-Signature': signatureOf(long) })).status).toBe(413);
  });

  it('asks for no token in the OpenAPI document', async () => {
    const response = await tinyApp([hook]).request('/openapi.json');
    const { paths } = (await response.json()) as { paths: Record<string, { post: Record<string, object> }> };
    const { post } = paths['/webhooks/payments'] ?? {};
    expect(post).toMatchObject({ 'x-access': 'webhook', security: [] });
    expect(Object.keys(post?.['responses'] ?? {})).toEqual(['200', '401', '413', '415', '400', '429'].toSorted());
  });
});
