import { describe, expect, inject, it } from 'vitest';
import { closeCodes } from '../../functions/chat/close-codes.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { noticesTo, noticeTo } from '../support/people/notices.ts';
import { logIn, newCustomer, password, Person } from '../support/people/people.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { connectChat } from '../support/clients/chat-client.ts';

interface Own {
  id: string;
  device: string | null;
  address: string | null;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

const own = async (person: Client) => (await person.get<Page<Own>>('/v1/me/sessions')).body.items;
const refresh = (person: Person) =>
  new Client().post<Session>('/v1/sessions/refresh', { refreshToken: person.refreshToken });

describe('GET /v1/me/sessions', () => {
  it('shows where somebody is logged in: from what, from where, since when, and which it is that asks', async () => {
    const first = await newCustomer();
    const client = new Client();
    const agent = `Mozilla/5.0 (X11)\tFirefox/140 ${'x'.repeat(300)}`;
    const { body } = await client.post<Session>(
      '/v1/sessions',
      { username: first.account.username, password },
      { 'User-Agent': agent },
    );
    const [newest, oldest] = await own(new Person(body));
    expect(newest).toMatchObject({ address: client.address, current: true });
    expect(newest?.device).toBe(`Mozilla/5.0 (X11) Firefox/140 ${'x'.repeat(300)}`.slice(0, 200));
    expect(newest?.lastUsedAt).toBe(newest?.createdAt);
    expect(oldest?.current).toBe(false);
  });

  it('knows when each was used last', async () => {
    const person = await newCustomer();
    const [before] = await own(person);
    expect((await refresh(person)).status).toBe(200);
    const [after] = await own(person);
    expect(Date.parse(after?.lastUsedAt ?? '')).toBeGreaterThan(Date.parse(before?.lastUsedAt ?? ''));
    expect(after?.createdAt).toBe(before?.createdAt);
  });
});

describe('DELETE /v1/me/sessions/{sessionId}', () => {
  it('ends one, and may be done again', async () => {
    const here = await newCustomer();
    const there = await logIn(here.account.username);
    const id = (await own(there)).find(({ current }) => current)?.id;
    for (let time = 0; time < 2; time++) {
      expect((await here.call(`/v1/me/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(await refresh(there)).toMatchObject(refusal(401, 'session_ended'));
    expect((await own(here)).map(({ current }) => current)).toEqual([true]);
    expect((await refresh(here)).status).toBe(200);
  });

  it('ends nobody else’s', async () => {
    const [one, other] = await Promise.all([newCustomer(), newCustomer()]);
    const [session] = await own(other);
    const answer = await one.call(`/v1/me/sessions/${session?.id}`, { method: 'DELETE' });
    expect(answer).toMatchObject(refusal(404, 'not_found'));
    expect((await refresh(other)).status).toBe(200);
  });

  it.skipIf(inject('chatOrigins').length === 0)('closes its sockets', async () => {
    const here = await newCustomer();
    const there = await logIn(here.account.username);
    const chat = await connectChat(there);
    const id = (await own(there)).find(({ current }) => current)?.id;
    await here.call(`/v1/me/sessions/${id}`, { method: 'DELETE' });
    expect(await chat.closed).toMatchObject({ code: closeCodes.sessionEnded });
  });
});

describe('DELETE /v1/me/sessions', () => {
  it('ends all but the one that asks', async () => {
    const here = await newCustomer();
    const others = [await logIn(here.account.username), await logIn(here.account.username)];
    expect((await here.call('/v1/me/sessions', { method: 'DELETE' })).status).toBe(204);
    for (const other of others) expect(await refresh(other)).toMatchObject(refusal(401, 'session_ended'));
    expect((await refresh(here)).status).toBe(200);
  });
});

describe('a log-in from where nobody has logged in before', () => {
  it('is told by mail; from the same network again it is none', async () => {
    const person = await newCustomer();
    const { username, email } = person.account;
    const client = new Client();
    const again = () => client.post('/v1/sessions', { username, password });
    expect((await again()).status).toBe(201);
    await noticeTo(email ?? '', /새로운 기기/u);
    expect((await again()).status).toBe(201);
    // Whatever comes after it is written later.
    expect((await new Client().post('/v1/sessions', { username, password })).status).toBe(201);
    await expect.poll(async () => (await noticesTo(email ?? '')).length).toBe(2);
  });

  it('is none at the first log-in', async () => {
    const { account } = await newCustomer();
    expect(await noticesTo(account.email ?? '')).toEqual([]);
  });
});
