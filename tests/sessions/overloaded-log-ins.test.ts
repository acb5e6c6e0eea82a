import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../adapters/node/config.ts';
import { createProductServer } from '../../adapters/node/product-server.ts';
import { createPasswords } from '../../adapters/shared/passwords.ts';
import type { Argon2id } from '../../adapters/shared/passwords.ts';
import { Turns } from '../../adapters/shared/turns.ts';
import { createApp } from '../../functions/app.ts';
import type { Ports } from '../../functions/ports.ts';
import { validCustomer } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';
import { publicOrigin } from '../support/servers/context.ts';

const app = createApp();
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Every statement that the ports' database was asked, and hashes that end when they are told to: one at once, one may wait. */
async function busyPorts() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const argon2id: Argon2id = (password) => {
    begun.push(password);
    return new Promise((resolve) => ends.push(() => resolve(new Uint8Array(32))));
  };
  const taken: string[] = [];
  const { ports } = await testPorts({
    passwords: createPasswords({ argon2id, turns: new Turns({ atOnce: 1, waiting: 1 }) }),
  });
  const { limiter } = ports;
  const counting: Ports['limiter'] = {
    take(key, limit) {
      taken.push(key);
      return limiter.take(key, limit);
    },
    giveBack: (key, limit, attempts) => limiter.giveBack(key, limit, attempts),
  };
  const busy: Ports = { ...ports, limiter: counting };
  return { ports: busy, begun, taken, endAll: () => ends.splice(0).forEach((end) => end()) };
}

const bodies = {
  '/v1/sessions': () => ({ username: `nobody-${Math.random().toString(36).slice(2)}`, password: 'something else' }),
  '/v1/accounts': () => validCustomer(),
};
const paths = Object.keys(bodies) as (keyof typeof bodies)[];

const post = (ports: Ports, path: keyof typeof bodies, signal?: AbortSignal) =>
  app.fetch(
    new Request(publicOrigin + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(bodies[path]()),
      ...(signal && { signal }),
    }),
    { ports, address: '192.0.2.9' },
  );

describe('where more passwords wait than will soon have their turn', () => {
  test.each(paths)('%s is refused before anything is done for it', async (path) => {
    const { ports, begun, taken, endAll } = await busyPorts();
    const answers = [post(ports, '/v1/sessions'), post(ports, '/v1/sessions')];
    await expect.poll(() => [begun.length, isFull(ports)]).toEqual([1, true]);
    const before = taken.length;
    const refused = await post(ports, path);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'unavailable' });
    // One limit stands before all routes that ask nobody who they are.
    expect(taken.slice(before).filter((key) => !key.includes('public-write'))).toEqual([]);
    endAll();
    await expect.poll(() => begun.length).toBe(2);
    endAll();
    for (const answer of answers) expect((await answer).status).toBe(401);
  });

  test('whoever goes gives the turn on, and nothing is counted as a guess', async () => {
    const { ports, begun, endAll } = await busyPorts();
    const first = post(ports, '/v1/sessions');
    await expect.poll(() => begun.length).toBe(1);
    const caller = new AbortController();
    const left = post(ports, '/v1/sessions', caller.signal);
    await expect.poll(() => isFull(ports)).toBe(true);
    caller.abort();
    expect((await left).status).toBe(503);
    expect(isFull(ports)).toBe(false);
    endAll();
    expect((await first).status).toBe(401);
    expect(begun).toHaveLength(1);
  });
});

function isFull({ passwords }: Ports): boolean {
  try {
    passwords.requireTurn();
    return false;
  } catch {
    return true;
  }
}

describe('a caller who hangs up', () => {
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  test('is noticed by the server: the password is not looked at', async () => {
    const { ports, begun, endAll } = await busyPorts();
    const config = { trustedProxies: new Set() } as unknown as Config;
    const { server } = createProductServer({ fetch: app.fetch, ports, config, log });
    server.listen(0, '127.0.0.1');
    close = () => server.close();
    await once(server, 'listening');
    const send = () => {
      const body = JSON.stringify(bodies['/v1/sessions']());
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(
        `POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return socket;
    };
    const staying = send();
    await expect.poll(() => begun.length).toBe(1);
    const leaving = send();
    await expect.poll(() => isFull(ports)).toBe(true);
    leaving.destroy();
    await expect.poll(() => isFull(ports)).toBe(false);
    endAll();
    const [answer] = (await once(staying, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /u);
    expect(begun).toHaveLength(1);
    staying.destroy();
  });
});
