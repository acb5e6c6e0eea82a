import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { Connections } from '../../adapters/node/connections.ts';

const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** How long a front that never gives up would have to wait, in milliseconds: no test does. */
const never = 600_000;
const large = Buffer.alloc(20_000_000, 'x');

let server: Server;
let connections: Connections;
const open: Socket[] = [];
afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));

async function serve(listener: RequestListener = (_request, response) => response.end('ok')): Promise<number> {
  server = createServer(listener);
  connections = new Connections(server);
  server.prependListener('request', (_request, response) => {
    if (connections.stopping) response.shouldKeepAlive = false;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function connectTo(port: number): Promise<Socket> {
  const taken = once(server, 'connection');
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  await Promise.all([once(socket, 'connect'), taken]);
  return socket;
}

describe('a server that ends', () => {
  test('answers the request of a connection that it took just before', async () => {
    const port = await serve();
    connections.announceStop();
    const socket = await connectTo(port);
    const ended = connections.end(never);
    await expect.poll(() => server.listening).toBe(false);
    socket.write(request);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*ok/su);
    await ended;
  });

  test('answers one more request of a connection that it has had for long', async () => {
    const port = await serve();
    const socket = await connectTo(port);
    socket.write(request);
    expect(String(await once(socket, 'data'))).toMatch(/\r\nConnection: keep-alive\r\n/u);
    connections.announceStop();
    const ended = connections.end(never);
    await expect.poll(() => server.listening).toBe(false);
    socket.write(request);
    expect(await text(socket)).toMatch(/\r\nConnection: close\r\n/u);
    await ended;
  });

  test('closes a connection that is idle for long enough', async () => {
    const port = await serve();
    const socket = await connectTo(port);
    connections.announceStop();
    await Promise.all([connections.end(1), once(socket, 'close')]);
  });

  test('has an answer under way end, whoever slowly reads it', async () => {
    const port = await serve((_request, response) => response.end(large));
    const socket = await connectTo(port);
    socket.pause();
    socket.write(request);
    await once(server, 'request');
    connections.announceStop();
    const ended = connections.end(0);
    await expect.poll(() => server.listening).toBe(false);
    const answer = await buffer(socket);
    expect(answer.length).toBeGreaterThan(large.length);
    await ended;
  });

  test('has one under way that was begun before it was told end too, and its connection with it', async () => {
    let finish = () => {};
    const port = await serve((_request, response) => {
      response.write('begun, ');
      finish = () => void response.end('ended');
    });
    const socket = await connectTo(port);
    socket.write(request);
    await once(socket, 'data');
    connections.announceStop();
    const ended = connections.end(1);
    await expect.poll(() => server.listening).toBe(false);
    finish();
    expect(await text(socket)).toContain('ended');
    await ended;
  });
});
