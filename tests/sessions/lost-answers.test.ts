import { describe, expect, it } from 'vitest';
import { logOut } from '../../functions/sessions/log-out.ts';
import { refreshSession } from '../../functions/sessions/refresh-session.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { Client } from '../support/clients/client.ts';
import { newAdmin, newCustomer } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';

const from = (address: string) => ({ kind: 'visitor', address, requestId: 'test' }) as const;
const [home, elsewhere] = [from('2001:db8:1:1::1'), from('2001:db8:1:2::1')];

/** A session that has just been refreshed, and whose answer may have been lost. */
async function refreshed() {
  const { ports, clock } = await testPorts();
  const customer = await newCustomer();
  const first = customer.refreshToken;
  const refresh = async (token: string, actor = home) => (await refreshSession(ports, actor, token)).refreshToken;
  const second = await refresh(first);
  const isOver = async (token: string) => {
    await expect(refresh(token, elsewhere)).rejects.toMatchObject({ code: 'session_ended' });
    return true;
  };
  return { ports, clock, customer, first, second, refresh, isOver };
}

describe('a refresh whose answer was lost', () => {
  it('gives the same successor again, however often within half a minute', async () => {
    const { clock, first, second, refresh } = await refreshed();
    for (const later of [0, 10_000, 19_000]) {
      clock.advance(later);
      expect(await refresh(first)).toBe(second);
    }
    expect(await refresh(first, from('2001:db8:1:1:ffff::9'))).toBe(second);
    expect(await refresh(second)).not.toBe(second);
  });

  it('gives one successor to many who ask at the same time, as two tabs do', async () => {
    const { refreshToken } = await newCustomer();
    const client = new Client();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => client.post<Session>('/v1/sessions/refresh', { refreshToken })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    const [successor] = successors;
    expect((await client.post('/v1/sessions/refresh', { refreshToken: successor })).status).toBe(200);
  });
});

describe('a used token ends the session, its successor included,', () => {
  it.each<[string, (given: Awaited<ReturnType<typeof refreshed>>) => Promise<unknown>]>([
    ['from another network', ({ first, refresh }) => refresh(first, elsewhere)],
    [
      'after half a minute',
      ({ clock, first, refresh }) => {
        clock.advance(30_001);
        return refresh(first);
      },
    ],
    [
      'once its successor has been used',
      async ({ first, second, refresh }) => {
        await refresh(second);
        return refresh(first);
      },
    ],
    [
      'which thieves used before its owner',
      async ({ clock, second, refresh }) => {
        await refresh(second, elsewhere);
        clock.advance(1000);
        return refresh(second);
      },
    ],
  ])('%s', async (_when, use) => {
    const given = await refreshed();
    await expect(use(given)).rejects.toMatchObject({ code: 'session_ended' });
    expect(await given.isOver(given.second)).toBe(true);
  });

  it.each<[string, (given: Awaited<ReturnType<typeof refreshed>>) => Promise<unknown>]>([
    ['has logged out', ({ ports, second }) => logOut(ports, home, second)],
    [
      'has been suspended',
      async ({ customer }) => (await newAdmin()).post(`/v1/admin/accounts/${customer.id}/suspend`),
    ],
  ])('and gives nothing to who %s', async (_who, act) => {
    const given = await refreshed();
    await act(given);
    await expect(given.refresh(given.first)).rejects.toMatchObject({ code: 'session_ended' });
  });
});
