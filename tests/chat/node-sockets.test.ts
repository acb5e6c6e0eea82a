import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createNodeSockets } from '../../adapters/node/node-sockets.ts';
import { canWriteBeneath } from '../../adapters/node/ws-internals.ts';

const servers: WebSocketServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

/** Both ends of a connection, and all that the client got so far. */
async function pair() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  servers.push(server);
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: string[] = [];
  client.on('message', (data: Buffer) => got.push(data.toString()));
  const [[here]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
  return { here, client, got };
}

test('the installed `ws` can be written to beneath its public face', () => {
  expect(canWriteBeneath()).toBe(true);
});

describe.each([
  ['beneath `ws`', true],
  ['by its public `send`', false],
])('frames written %s', (_, beneath) => {
  const { encode, open } = createNodeSockets(beneath);
  const texts = ['{"한글":1}', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(65_536), ''];

  test('arrive in the order of all calls, of every length, and before the close', async () => {
    const { here, client, got } = await pair();
    const socket = open(here);
    socket.send('first');
    socket.sendFrames(encode(texts));
    socket.sendFrames(encode(['between']));
    socket.send('last');
    here.ping();
    socket.close(4000, 'enough');
    const [code] = await once(client, 'close');
    expect(code).toBe(4000);
    expect(got).toEqual(['first', ...texts, 'between', 'last']);
  });

  test('go nowhere after the close, without an error', async () => {
    const { here, client, got } = await pair();
    const socket = open(here);
    client.terminate();
    await once(here, 'close');
    socket.send('late');
    socket.sendFrames(encode(['later']));
    await new Promise((resolve) => void setImmediate(resolve));
    socket.close(1000, '');
    expect(got).toEqual([]);
  });

  test('count as buffered from the call on, until they have left', async () => {
    const { here, client } = await pair();
    const socket = open(here);
    client.pause();
    for (let sent = 0; sent < 200; sent++) socket.sendFrames(encode(['m'.repeat(65_000)]));
    expect(socket.bufferedBytes()).toBeGreaterThan(5_000_000);
    client.resume();
    while (socket.bufferedBytes() > 0) await socket.drained();
    socket.send('the buffer is empty');
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.length).toBeGreaterThan(0);
  });
});
