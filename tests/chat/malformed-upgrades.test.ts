import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import {
  brokenHandshakes,
  brokenPaths,
  dial as dialTo,
  frame,
  statusOf,
  upgrade,
} from '../support/clients/raw-socket.ts';
import { testSettings } from '../support/servers/settings.ts';

/**
 * What a hostile client can do to an upgrade, over raw TCP. The process is one of its own, so that its death would be
 * noticed here and nowhere else.
 */
let chat: ProductProcess;
let person: Person;

beforeAll(async () => {
  const { runFolder } = testSettings();
  person = await newCustomer();
  chat = await startProduct(
    'adapters/node/chat.ts',
    productEnvironment(inject('databaseUrl')),
    join(runFolder, 'chat-malformed.log'),
  );
});

afterAll(async () => {
  expect(await chat.stop()).toBe(0);
});

const wsUrl = () => `${chat.origin.replace('http', 'ws')}/ws`;
const dial = () => dialTo(chat.origin);

async function dialReady(): Promise<Socket> {
  const socket = await dial();
  socket.write(upgrade({ headers: `Authorization: Bearer ${person.token}\r\n` }));
  expect(await statusOf(socket)).toBe('HTTP/1.1 101 Switching Protocols');
  return socket;
}

/** The close code that the server sends: the payload of its close frame. */
async function closeCodeOf(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
  });
  await once(socket, 'close');
  return received.readUInt16BE(received.lastIndexOf(0x88) + 2);
}

/** The process still serves, and it is the same one. */
async function expectAlive(): Promise<void> {
  const client = await openSocket(wsUrl(), ['kingbus.v1', `bearer.${person.token}`]);
  expect(await client.next('ready')).toMatchObject({ account: person.id });
  await client.close();
}

describe('an upgrade that is none', () => {
  test('`Upgrade: foo`, then a reset', async () => {
    for (let time = 0; time < 20; time++) {
      const socket = await dial();
      socket.write(upgrade({ to: 'foo' }));
      socket.resetAndDestroy();
    }
    await expectAlive();
  });

  test('`Upgrade: foo`, held open, is answered as the request it is', async () => {
    const socket = await dial();
    socket.write(upgrade({ to: 'foo' }));
    expect(await statusOf(socket)).toBe('HTTP/1.1 426 Upgrade Required');
    await expectAlive();
    socket.resetAndDestroy();
    await expectAlive();
  });

  test('paths that are no path', async () => {
    for (const path of brokenPaths) {
      const socket = await dial();
      socket.write(upgrade({ path }));
      expect(await statusOf(socket), path).toMatch(/^HTTP\/1\.1 4\d\d /u);
      socket.destroy();
    }
    await expectAlive();
  });

  test('broken handshakes: no key, a bad version, a bad host, two upgrades', async () => {
    for (const request of brokenHandshakes(`Authorization: Bearer ${person.token}\r\n`)) {
      const socket = await dial();
      socket.write(request);
      expect(await statusOf(socket), request).toMatch(/^HTTP\/1\.1 4\d\d /u);
      socket.destroy();
    }
    await expectAlive();
  });
});

describe('resets', () => {
  test('during an asynchronous authentication', async () => {
    for (let time = 0; time < 50; time++) {
      const socket = await dial();
      // A token that was never seen, so that its signature has to be checked while the client is gone already.
      const token = `${person.token?.slice(0, -8)}${String(time).padStart(8, 'A')}`;
      socket.write(upgrade({ headers: `Authorization: Bearer ${token}\r\n` }));
      socket.resetAndDestroy();
    }
    for (let time = 0; time < 50; time++) {
      const socket = await dial();
      socket.write(upgrade({ headers: `Authorization: Bearer ${person.token}\r\n` }));
      if (time % 2 === 0) socket.resetAndDestroy();
      else socket.write(frame(1, Buffer.from('{"type":"sync"}')), () => socket.resetAndDestroy());
    }
    await expectAlive();
  });

  test('in the middle of a frame', async () => {
    for (let time = 0; time < 10; time++) {
      const socket = await dialReady();
      socket.write(frame(1, Buffer.alloc(1000, 'x')).subarray(0, 500));
      socket.resetAndDestroy();
    }
    await expectAlive();
  });
});

describe('frames that break the protocol', () => {
  test('1 MB', async () => {
    const socket = await dialReady();
    socket.write(frame(1, Buffer.alloc(1024 * 1024, 'x')));
    expect(await closeCodeOf(socket)).toBe(1009);
    await expectAlive();
  });

  test('invalid UTF-8', async () => {
    const socket = await dialReady();
    socket.write(frame(1, Buffer.from([0xff, 0xfe, 0xfd])));
    expect(await closeCodeOf(socket)).toBe(1007);
    await expectAlive();
  });

  test('not masked', async () => {
    const socket = await dialReady();
    socket.write(frame(1, Buffer.from('{"type":"sync"}'), { masked: false }));
    expect(await closeCodeOf(socket)).toBe(1002);
    await expectAlive();
  });

  test('a reserved opcode, and a close frame with a body of one byte', async () => {
    for (const bytes of [frame(3, Buffer.from('x')), frame(8, Buffer.from('x'))]) {
      const socket = await dialReady();
      socket.write(bytes);
      expect(await closeCodeOf(socket)).toBe(1002);
    }
    await expectAlive();
  });

  test('a flood of pings and of small frames', async () => {
    const socket = await dialReady();
    const flood = Buffer.concat([
      ...Array.from({ length: 1000 }, () => frame(9, Buffer.from('?'))),
      ...Array.from({ length: 1000 }, () => frame(1, Buffer.from('{'))),
    ]);
    socket.write(flood);
    await once(socket.resume(), 'close');
    await expectAlive();
  });
});

test('the process that serves everyone else was never in question', async () => {
  expect(chatUrl()).not.toBe(wsUrl());
  const client = await connectChat(person);
  await client.close();
});
