import { describe, expect, inject, test } from 'vitest';
import { ChatClient } from '../../client/chat.ts';
import { HttpClient } from '../../client/http.ts';
import { rateLimitsOf } from '../../client/rate-limits.ts';
import { Client } from '../support/clients/client.ts';
import { newKey } from '../support/people/keys.ts';
import { newCustomer } from '../support/people/people.ts';

const clientWith = (apiKey: string) => {
  const { address } = new Client();
  return new HttpClient({
    origin: inject('origin'),
    apiKey,
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), 'X-Forwarded-For': address } }),
  });
};

describe('a client with a key', () => {
  test('calls with it, and sees what is left of its budget', async () => {
    const person = await newCustomer();
    const http = clientWith((await newKey(person, ['orders:read'])).key);
    expect((await http.call('GET /v1/orders')).items).toEqual([]);
    expect(http.rateLimits).toEqual([
      { name: 'key', quota: 600, windowSeconds: 60, remaining: 599, resetSeconds: expect.any(Number) },
    ]);
    await expect(http.call('GET /v1/rooms')).rejects.toMatchObject({
      code: 'scope_missing',
      scope: 'rooms:read',
      rateLimits: [{ name: 'key', remaining: 598 }],
    });
  });

  test('talks with it', async () => {
    const person = await newCustomer();
    const http = clientWith((await newKey(person, ['rooms:read'])).key);
    const chat = new ChatClient({
      url: `${(inject('chatOrigins')[0] ?? '').replace('http', 'ws')}/ws`,
      token: (wanted) => http.token(wanted),
    });
    await chat.connect({ signal: AbortSignal.timeout(10_000) });
    expect(chat.account).toBe(person.id);
    chat.close();
  });
});

test.each<[what: string, headers: Record<string, string>, found: object[]]>([
  ['nothing', {}, []],
  [
    'two limits, one without a policy',
    { 'RateLimit-Policy': '"a";q=10;w=60', RateLimit: '"a";r=3;t=7, "b";r=0' },
    [
      { name: 'a', quota: 10, windowSeconds: 60, remaining: 3, resetSeconds: 7 },
      { name: 'b', quota: undefined, windowSeconds: undefined, remaining: 0, resetSeconds: undefined },
    ],
  ],
  [
    'parameters that another server adds, in any order',
    { 'RateLimit-Policy': '"x, y";qu="requests";w=1;q=2;pk=:YQ==:', RateLimit: '"x, y"; t=1; r=2; pk=:YQ==:' },
    [{ name: 'x, y', quota: 2, windowSeconds: 1, remaining: 2, resetSeconds: 1 }],
  ],
  ['the fields of earlier drafts', { RateLimit: 'limit=10, remaining=2, reset=3' }, []],
  ['an item without what is left', { RateLimit: '"a";t=3' }, []],
])('of an answer with %s a client reads what there is', (_what, headers, found) => {
  expect(rateLimitsOf(new Headers(headers))).toEqual(found);
});
