import { describe, expect, inject, test, vi } from 'vitest';
import { HttpClient } from '../../client/http.ts';
import { ProblemError } from '../../client/problem-error.ts';
import { Client } from '../support/clients/client.ts';
import { newCustomer, newDriver, password } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** Counts calls, and comes from an address of its own. */
function spiedFetch() {
  const { address } = new Client();
  return vi.fn<typeof fetch>(async (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), 'X-Forwarded-For': address } }),
  );
}

const refreshes = (calls: ReturnType<typeof spiedFetch>) =>
  calls.mock.calls.filter(([url]) => (url as URL).pathname.endsWith('/v1/sessions/refresh')).length;

async function loggedIn(person: Person) {
  const calls = spiedFetch();
  const http = new HttpClient({ origin: inject('origin'), fetch: calls, language: 'en' });
  await http.logIn({ username: person.account.username, password });
  return { http, calls };
}

describe('HttpClient', () => {
  test('calls routes by their own types', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const roomId = await newRoom(customer, driver);
    const { http } = await loggedIn(customer);
    expect(http.account?.id).toBe(customer.id);
    const params = { roomId };
    const message = await http.call('POST /v1/rooms/{roomId}/messages', { params, body: { id: 'm', body: '안녕' } });
    expect(message.seq).toBe(1);
    const page = await http.call('GET /v1/rooms/{roomId}/messages', { params, query: { limit: 1 } });
    expect(page.items[0]?.body).toBe('안녕');
    expect((await http.call('GET /v1/rooms')).items[0]?.unread).toBe(0);
    expect(await http.call('DELETE /v1/rooms/{roomId}/messages/{seq}', { params: { roomId, seq: 1 } })).toBeUndefined();
    // @ts-expect-error a body is required
    await expect(http.call('POST /v1/rooms/{roomId}/messages', { params })).rejects.toThrow();
    // @ts-expect-error there is no such route
    await expect(http.call('GET /v1/nothing')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('throws problems with their code and findings', async () => {
    const { http } = await loggedIn(await newCustomer());
    const refused = await http.call('POST /v1/orders', { body: {} as never }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ status: 422, code: 'validation_failed', title: 'Some of the input is not valid.' });
    expect((refused as ProblemError).errors.map(({ pointer }) => pointer)).toContain('/departure');
    const nobody = new HttpClient({ origin: inject('origin'), fetch: spiedFetch() });
    await expect(
      nobody.logIn({ username: `nobody-${crypto.randomUUID().slice(0, 8)}`, password: 'wrong password' }),
    ).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    await expect(nobody.token()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('replaces a token that ends, once for all who wait', async () => {
    const { http, calls } = await loggedIn(await newCustomer());
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 580_000);
    await Promise.all([http.call('GET /v1/me'), http.call('GET /v1/rooms'), http.token(), http.token()]);
    vi.restoreAllMocks();
    expect(refreshes(calls)).toBe(1);
  });

  test('takes a new token where the server refuses the old one', async () => {
    const { http, calls } = await loggedIn(await newCustomer());
    calls.mockResolvedValueOnce(Response.json({ code: 'token_expired', status: 401, title: '' }, { status: 401 }));
    expect((await http.call('GET /v1/me')).role).toBe('customer');
    expect(refreshes(calls)).toBe(1);
  });

  test('goes on with the session of another client, and says when it has ended', async () => {
    const person = await newCustomer();
    const { http } = await loggedIn(person);
    const options = { origin: inject('origin'), fetch: spiedFetch(), refreshToken: http.refreshToken ?? '' };
    const next = new HttpClient(options);
    expect((await next.resume())?.id).toBe(person.id);
    const ended = vi.fn<() => void>();
    next.onSessionEnd(ended);
    // The same token again, as a thief would use it, from another network: the session ends for both.
    expect(await new HttpClient({ ...options, fetch: spiedFetch() }).resume()).toBeUndefined();
    expect(await next.resume()).toBeUndefined();
    expect(ended).toHaveBeenCalledOnce();
    await expect(next.token()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('logs out', async () => {
    const { http } = await loggedIn(await newCustomer());
    const { refreshToken } = http;
    await http.logOut();
    expect(http.account).toBeUndefined();
    const again = new HttpClient({ origin: inject('origin'), fetch: spiedFetch(), refreshToken: refreshToken ?? '' });
    expect(await again.resume()).toBeUndefined();
  });

  test('hears an abort', async () => {
    const { http } = await loggedIn(await newCustomer());
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(http.call('GET /v1/me', { signal: controller.signal })).rejects.toThrow('enough');
  });
});
