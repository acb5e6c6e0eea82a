import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A TCP connection to whatever listens there, for what no HTTP client would send. */
export async function dial(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The status line that comes back. */
export async function statusOf(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString().split('\r\n', 1)[0] ?? '';
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

/** An upgrade request as text, so that a test can spoil it. `headers` are lines, each with its end. */
export const upgrade = ({ path = '/ws', to = 'websocket', headers = '' } = {}) =>
  `GET ${path} HTTP/1.1\r\nHost: kingbus.test\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${headers}\r\n`;

/** Paths that are no path. */
export const brokenPaths = ['//', '/\\', '//evil.test/ws', '/%', '/ws/../..', 'http://[', '*', `/${'a'.repeat(8000)}`];

/** Handshakes that must not succeed, each broken in its own way. `authorized` is a header line. */
export const brokenHandshakes = (authorized: string): string[] => [
  `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${authorized}\r\n`,
  upgrade({ headers: authorized }).replace('Version: 13', 'Version: 1'),
  upgrade({ headers: authorized }).replace('Host: kingbus.test', 'Host: a b c'),
  upgrade({ headers: `${authorized}Upgrade: h2c\r\n` }),
  upgrade({ headers: authorized }).replace('GET', 'POST'),
  'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
  '\u0000\u0001\u0002\r\n\r\n',
];

/** A masked frame (RFC 6455, section 5.2) with a zero mask, so that the payload stays as it is. */
export function frame(opcode: number, payload: Buffer, { masked = true } = {}): Buffer {
  const length = payload.length;
  const mask = masked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126) head = Buffer.from([0x80 | opcode, mask | length]);
  else if (length < 65_536) head = Buffer.from([0x80 | opcode, mask | 126, length >> 8, length & 0xff]);
  else {
    head = Buffer.alloc(10);
    head[0] = 0x80 | opcode;
    head[1] = mask | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}
