import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guardUpgrades, shouldUpgrade } from '../../adapters/node/guard-upgrades.ts';

/** The guard by itself, before handlers that misbehave as no handler of ours does. */
let server: Server;
const logged: string[] = [];
const log = { debug() {}, info() {}, warn() {}, error: (_: object, message: string) => void logged.push(message) };

beforeEach(async () => {
  logged.length = 0;
  server = createServer({ shouldUpgradeCallback: shouldUpgrade(true) }, (_request, response) => response.end('plain'));
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function upgrade(more = '\r\n'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.on('data', (data: Buffer) => (received += data.toString()));
  socket.write(`GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n${more}`);
  await once(socket, 'close');
  return received;
}

test('a handler that rejects costs its own socket, not the process', async () => {
  server.on('upgrade', async () => {
    await Promise.resolve();
    throw new Error('rejected');
  });
  guardUpgrades(server, log);
  expect(await upgrade()).toBe('');
  expect(logged).toEqual(['an upgrade failed']);
});

test('so does one that throws at once', async () => {
  server.on('upgrade', () => {
    throw new Error('thrown');
  });
  guardUpgrades(server, log);
  expect(await upgrade()).toBe('');
  expect(logged).toEqual(['an upgrade failed']);
});

test('a socket that fails while nobody listens to it is no uncaught error', async () => {
  server.on('upgrade', (_request, socket) => socket.destroy(new Error('failed')));
  guardUpgrades(server, log);
  expect(await upgrade()).toBe('');
  expect(logged).toEqual([]);
});

test.each([
  ['content', 'Content-Length: 2\r\n\r\n{}', 400],
  ['chunks', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n', 400],
  ['content of no length', 'Content-Length: 0\r\n\r\n', 101],
])('an upgrade that brings %s', async (_what, more, status) => {
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  guardUpgrades(server, log);
  expect(await upgrade(more)).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
});
