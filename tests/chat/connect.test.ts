import { describe, expect, inject, test } from 'vitest';
import type { SessionId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { allowedOrigin, publicOrigin } from '../support/servers/context.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { expiredToken, foreignToken, signToken, claimsOf, unsignedToken } from '../support/people/tokens.ts';

const sessionOf = ({ token = '' }: Person): SessionId =>
  (JSON.parse(atob(token.split('.')[1] ?? '')) as { sid: SessionId }).sid;

describe('authentication', () => {
  test('by the Authorization header', async () => {
    const person = await newCustomer();
    const chat = await openSocket(chatUrl(), ['kingbus.v1'], { headers: { Authorization: `Bearer ${person.token}` } });
    const ready = await chat.next('ready');
    expect(ready).toMatchObject({ account: person.id, rooms: [] });
    expect(Date.parse(ready.expiresAt)).toBeGreaterThan(Date.now());
    expect(chat.socket.protocol).toBe('kingbus.v1');
    await chat.close();
  });

  test('by a subprotocol entry, which is never sent back', async () => {
    const person = await newCustomer();
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${person.token}`]);
    expect(chat.socket.protocol).toBe('kingbus.v1');
    expect(await chat.next('ready')).toMatchObject({ account: person.id });
    await chat.close();
  });

  test('by a first frame, and without a subprotocol', async () => {
    const person = await newCustomer();
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token: person.token });
    expect(await chat.next('ready')).toMatchObject({ account: person.id });
    expect(chat.socket.protocol).toBe('');
    await chat.close();
  });

  test('frames sent before `ready` wait for it', async () => {
    const [person, other] = [await newCustomer(), await newDriver()];
    const room = await newRoom(person, other);
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token: person.token });
    chat.send({ type: 'sync', rooms: {} });
    chat.send({ type: 'send', id: 'early', room, body: '안녕하세요' });
    expect(await chat.next('ack')).toMatchObject({ id: 'early', room, seq: 1 });
    expect(chat.frames[0]?.type).toBe('ready');
    await chat.close();
  });

  test('refuses a bad token at the upgrade with 401', async () => {
    const person = await newCustomer();
    const tokens = [await expiredToken(person), await foreignToken(person), unsignedToken(person), 'nonsense'];
    for (const token of tokens) {
      const headers = { Authorization: `Bearer ${token}` };
      await expect(openSocket(chatUrl(), ['kingbus.v1'], { headers })).rejects.toThrow('refused: 401');
      await expect(openSocket(chatUrl(), ['kingbus.v1', `bearer.${token}`])).rejects.toThrow('refused: 401');
    }
  });

  test('refuses any other first frame', async () => {
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'sync', rooms: {} });
    expect(await chat.next('error')).toMatchObject({ code: 'unauthenticated' });
    expect((await chat.closed).code).toBe(4401);
  });

  test('closes a connection that does not authenticate in time', async () => {
    const chat = await openSocket(chatUrl());
    expect((await chat.closed).code).toBe(4408);
  });
});

describe('re-authentication in band', () => {
  test('a new token of the same account prolongs the connection', async () => {
    const person = await newCustomer();
    const chat = await connectChat(person);
    const { body } = await new Client().post<{ accessToken: string }>('/v1/sessions/refresh', {
      refreshToken: person.refreshToken,
    });
    chat.send({ type: 'auth', token: body.accessToken });
    expect(Date.parse((await chat.next('renewed')).expiresAt)).toBeGreaterThan(Date.now());
    await chat.close();
  });

  test('the connection ends with its token', async () => {
    const person = await newCustomer();
    const token = await signToken({
      ...claimsOf(person),
      sid: sessionOf(person),
      exp: Math.floor(Date.now() / 1000) + 2,
    });
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${token}`]);
    await chat.next('ready');
    expect(await chat.next('error')).toMatchObject({ code: 'token_expired' });
    expect((await chat.closed).code).toBe(4401);
  });
});

test('a ping is answered, at any time', async () => {
  const chat = await connectChat(await newCustomer());
  chat.send({ type: 'ping' });
  expect(await chat.next('pong')).toEqual({ type: 'pong' });
  await chat.close();
});

describe('the upgrade', () => {
  test('takes pages of allowed origins only', async () => {
    const person = await newCustomer();
    const protocols = ['kingbus.v1', `bearer.${person.token}`];
    for (const origin of [publicOrigin, allowedOrigin]) {
      const chat = await openSocket(chatUrl(), protocols, { origin });
      await chat.next('ready');
      await chat.close();
    }
    for (const origin of ['http://evil.test', 'null']) {
      await expect(openSocket(chatUrl(), protocols, { origin })).rejects.toThrow('refused: 403');
    }
  });

  test('refuses a client that speaks another protocol', async () => {
    await expect(openSocket(chatUrl(), ['chat.v9'])).rejects.toThrow('refused: 400');
  });

  test('asks plain HTTP to upgrade, and knows no other path', async () => {
    const origin = inject('chatOrigins')[0];
    const response = await fetch(`${origin}/ws`);
    expect(response.status).toBe(426);
    expect(await response.json()).toMatchObject({ code: 'upgrade_required' });
    await expect(openSocket(`${origin?.replace('http', 'ws')}/elsewhere`)).rejects.toThrow('refused: 404');
  });
});
