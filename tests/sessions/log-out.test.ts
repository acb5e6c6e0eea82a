import { describe, expect, it } from 'vitest';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { newCustomer } from '../support/people/people.ts';

const post = (path: string, refreshToken?: string) => new Client().post<Session>(path, { refreshToken });
const logOut = (token?: string) => post('/v1/sessions/log-out', token);
const refresh = (token?: string) => post('/v1/sessions/refresh', token);

describe('POST /v1/sessions/log-out', () => {
  it('ends the session', async () => {
    const { refreshToken } = await newCustomer();
    const answer = await logOut(refreshToken);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    expect(await refresh(refreshToken)).toMatchObject(refusal(401, 'session_ended'));
  });

  it('ends it by a token that was used, too', async () => {
    const { refreshToken } = await newCustomer();
    const { body } = await refresh(refreshToken);
    expect((await logOut(refreshToken)).status).toBe(204);
    expect((await refresh(body.refreshToken)).status).toBe(401);
  });

  it('may be done again, and with a token of nobody', async () => {
    const { refreshToken } = await newCustomer();
    for (const token of [refreshToken, refreshToken, 'nobody']) expect((await logOut(token)).status).toBe(204);
  });

  it('needs a token', async () => {
    expect(await logOut()).toMatchObject(refusal(401, 'session_ended'));
  });
});
