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

  it('stops at 120 attempts a minute of one network, whatever addresses it uses', async () => {
    const [network] = new Client().address.split('::');
    const answers = await Promise.all(
      Array.from({ length: 121 }, (_, index) =>
        new Client().post(
          '/v1/sessions/log-out',
          { refreshToken: 'nobody' },
          { 'X-Forwarded-For': `${network}:${index}::1` },
        ),
      ),
    );
    const stopped = answers.filter(({ status }) => status !== 204);
    expect(stopped).toHaveLength(1);
    expect(stopped[0]).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(stopped[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
