import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { claimsOf, signToken } from '../support/people/tokens.ts';

describe('GET /v1/me', () => {
  it('answers with the account that is logged in', async () => {
    const people = await Promise.all([newCustomer(), newDriver({ active: false })]);
    for (const person of people) {
      expect(await person.get('/v1/me')).toMatchObject({ status: 200, body: person.account });
    }
  });

  it('answers HEAD as GET, without a body', async () => {
    const { status, text } = await (await newCustomer()).call('/v1/me', { method: 'HEAD' });
    expect({ status, text }).toEqual({ status: 200, text: '' });
  });

  it('knows no account that is not there', async () => {
    const customer = await newCustomer();
    customer.token = await signToken({ ...claimsOf(customer), sub: '0190f5fe-7c00-7a00-8000-000000000000' });
    expect(await customer.get('/v1/me')).toMatchObject(refusal(401, 'unauthenticated'));
  });

  it.each([
    ['another issuer', { iss: 'http://elsewhere.test' }, {}],
    ['another audience', { aud: 'somebody' }, {}],
    ['another type', {}, { typ: 'JWT' }],
    ['no account', { sub: undefined }, {}],
    ['no session', { sid: undefined }, {}],
    ['no role', { role: undefined }, {}],
    ['a key id of nobody', {}, { kid: 'nobody' }],
    ['a time that is not here yet', { nbf: 4_000_000_000 }, {}],
  ])('refuses a token of ours with %s', async (_name, claims, header) => {
    const customer = await newCustomer();
    customer.token = await signToken({ ...claimsOf(customer), ...claims } as JWTPayload, header);
    const answer = await customer.get('/v1/me');
    expect(answer).toMatchObject(refusal(401, 'unauthenticated'));
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="kingbus", error="invalid_token"');
  });
});
