import { describe, expect, inject, it } from 'vitest';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { newAdmin, newCustomer, password } from '../support/people/people.ts';
import { allowedOrigin } from '../support/servers/context.ts';

const refresh = (refreshToken: string | undefined, headers?: Record<string, string>) =>
  new Client().post<Session>('/v1/sessions/refresh', { refreshToken }, headers);

describe('POST /v1/sessions/refresh', () => {
  it('trades a refresh token for a new pair', async () => {
    const { account, refreshToken } = await newCustomer();
    const { status, body } = await refresh(refreshToken);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenType: 'Bearer', account });
    expect(body.refreshToken).not.toBe(refreshToken);
    expect((await new Client(body.accessToken).get('/v1/me')).status).toBe(200);
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });

  it('ends the whole session when a used token comes back', async () => {
    const { refreshToken } = await newCustomer();
    const { body } = await refresh(refreshToken);
    expect(await refresh(refreshToken)).toMatchObject(refusal(401, 'session_ended'));
    expect(await refresh(body.refreshToken)).toMatchObject(refusal(401, 'session_ended'));
  });

  it('leaves the other sessions of the account alone', async () => {
    const { account, refreshToken } = await newCustomer();
    const other = await new Client().post<Session>('/v1/sessions', { username: account.username, password });
    await refresh(refreshToken);
    await refresh(refreshToken);
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
  });

  it('lets one of two uses at the same time win', async () => {
    const { refreshToken } = await newCustomer();
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it.each(['x', 'A'.repeat(43), '토큰'])('knows no session of "%s"', async (token) => {
    expect(await refresh(token)).toMatchObject(refusal(401, 'session_ended'));
  });

  it('needs a token', async () => {
    expect(await refresh(undefined)).toMatchObject(refusal(401, 'session_ended'));
  });

  it('ends with a suspension', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    await admin.post(`/v1/admin/accounts/${customer.id}/suspend`);
    expect(await refresh(customer.refreshToken)).toMatchObject(refusal(401, 'session_ended'));
  });
});

describe('the refresh cookie of browsers', () => {
  async function logIn(): Promise<string> {
    const { account } = await newCustomer();
    const answer = await new Client().post<Session>('/v1/sessions', {
      username: account.username,
      password,
      refreshIn: 'cookie',
    });
    expect(answer.body).not.toHaveProperty('refreshToken');
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-kingbus_refresh=[\w-]{43}; /u);
    expect(cookie?.split('; ').slice(1).toSorted()).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    return cookie?.split(';')[0] ?? '';
  }

  it('refreshes for our own page, and moves on', async () => {
    for (const origin of [inject('issuer'), allowedOrigin]) {
      const cookie = await logIn();
      const answer = await refresh(undefined, { Cookie: cookie, Origin: origin });
      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('refreshToken');
      const [next] = answer.headers.getSetCookie();
      expect(next).toMatch(/^__Host-kingbus_refresh=/u);
      expect(next).not.toContain(cookie);
    }
  });

  it.each([undefined, 'http://evil.test', 'null'])('counts for nothing from the page of %s', async (origin) => {
    const cookie = await logIn();
    const foreign = await refresh(undefined, { Cookie: cookie, ...(origin && { Origin: origin }) });
    expect(foreign).toMatchObject(refusal(403, 'origin_not_allowed'));
    expect((await refresh(undefined, { Cookie: cookie, Origin: inject('issuer') })).status).toBe(200);
  });

  it('is taken away when its session has ended', async () => {
    const cookie = await logIn();
    const headers = { Cookie: cookie, Origin: inject('issuer') };
    await refresh(undefined, headers);
    const answer = await refresh(undefined, headers);
    expect(answer).toMatchObject(refusal(401, 'session_ended'));
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-kingbus_refresh=; Max-Age=0/u);
  });

  it('is taken away by logging out', async () => {
    const headers = { Cookie: await logIn(), Origin: inject('issuer') };
    const answer = await new Client().post('/v1/sessions/log-out', {}, headers);
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-kingbus_refresh=; Max-Age=0/u);
    expect((await refresh(undefined, headers)).status).toBe(401);
  });
});
