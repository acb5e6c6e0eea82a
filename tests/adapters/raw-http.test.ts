import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, inject, it } from 'vitest';
import { Client } from '../support/clients/client.ts';

describe('requests that fetch would never send', () => {
  /** Sends bytes, and gives what comes back until the server closes. */
  async function exchange(bytes: string): Promise<string> {
    const { hostname, port } = new URL(inject('origin'));
    const socket = connect(Number(port), hostname);
    socket.end(bytes);
    return text(socket).catch(() => '');
  }

  it.each([
    ['no host', 'GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a host of nonsense', 'GET /v1/me HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['a host with a path', 'GET /v1/me HTTP/1.1\r\nHost: x/y?z#\r\nConnection: close\r\n\r\n'],
    ['the path //', 'GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['the path //evil.test/v1/me', 'GET //evil.test/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a path *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a whole URL', 'GET http://[::1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['backslashes', 'GET /\\\\..\\x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['two lengths', 'POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length of nonsense', 'POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    [
      'bad chunks',
      'POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    [
      'a broken-off body',
      'POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
    ],
    ['an unknown method', 'BREW /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a method in lower case', 'get /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a very long path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['an upgrade', 'GET /v1/me HTTP/1.1\r\nHost: x\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n'],
    ['nonsense', '\u0000\u0001\u0002\r\n\r\n'],
  ])('%s get no 5xx, and the server goes on', async (_name, bytes) => {
    const status = /^HTTP\/1\.1 (\d{3})/u.exec(await exchange(bytes))?.[1];
    expect(Number(status ?? 400)).toBeLessThan(500);
    expect((await new Client().get('/healthz')).status).toBe(200);
  });
});

describe('a body without end', () => {
  it('is answered and cut off, and the server goes on', async () => {
    const { hostname, port } = new URL(inject('origin'));
    // Not by `fetch`: where the connection ends first, it goes on to ask for more of the body, for ever.
    const socket = connect(Number(port), hostname);
    let received = '';
    let sent = 0;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (data) => (received += String(data)));
    socket.on('error', () => {});
    socket.write(
      'POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x1_00_00, 0x20), Buffer.from('\r\n')]);
    const send = () => {
      while (socket.writable && sent < 64 * 1024 * 1024) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', send);
      }
    };
    send();
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/su);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    expect((await new Client().get('/healthz')).status).toBe(200);
  });
});
