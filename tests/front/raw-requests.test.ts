import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';
import { askAsAnother } from './other-caller.ts';

const head = (line: string, ...fields: string[]) => `${[line, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;
const post = (...fields: string[]) => head('POST /v1/sessions HTTP/1.1', 'Content-Type: application/json', ...fields);
const upgrade = (...fields: string[]) =>
  head(
    'GET /ws HTTP/1.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...fields,
  );
const chunked = (body: string) => post('Transfer-Encoding: chunked') + body;

/** What a caller may send that is no HTTP, or that nothing here understands. */
const requests: [what: string, bytes: string][] = [
  ['a chunk with no length', chunked('xyz\r\n{}\r\n0\r\n\r\n')],
  ['a chunk with a negative length', chunked('-1\r\n{}\r\n0\r\n\r\n')],
  ['a chunk that is longer than it says', chunked('1\r\n{}\r\n0\r\n\r\n')],
  ['a chunk of an absurd length', chunked('fffffffffffffffff\r\n{}')],
  ['a trailer that is none', chunked('2\r\n{}\r\n0\r\n:\r\n\r\n')],
  ['a chunk with no length, of who reads', `${head('GET /v1/me HTTP/1.1', 'Transfer-Encoding: chunked')}xyz\r\n`],
  ['two lengths', `${post('Content-Length: 2', 'Content-Length: 3')}{}`],
  ['a length that is no number', `${post('Content-Length: 2x')}{}`],
  ['a negative length', `${post('Content-Length: -2')}{}`],
  ['a length and chunks', `${post('Content-Length: 2', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`],
  ['a transfer coding that nobody knows', `${post('Transfer-Encoding: gzip')}{}`],
  ['a field without a colon', head('GET /v1/me HTTP/1.1', 'nonsense')],
  ['a field with a space before the colon', head('GET /v1/me HTTP/1.1', 'X-A : 1')],
  ['a NUL in a field', head('GET /v1/me HTTP/1.1', 'X-A: \0')],
  ['a bare CR in a field', head('GET /v1/me HTTP/1.1', 'X-A: a\rb')],
  ['no Host', 'GET /v1/me HTTP/1.1\r\n\r\n'],
  ['two Hosts', head('GET /v1/me HTTP/1.1', 'Host: other')],
  ['a Host that is none', 'GET /v1/me HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['no version', 'GET /v1/me\r\nHost: localhost\r\n\r\n'],
  ['another version', 'GET /v1/me HTTP/3.7\r\nHost: localhost\r\n\r\n'],
  ['a method that is none', head('G@T /v1/me HTTP/1.1')],
  ['a target that is none', head('GET v1/me HTTP/1.1')],
  ['a target with a control character', head('GET /v1/\x01me HTTP/1.1')],
  ['a target with a broken escape', head('GET /v1/orders/%zz HTTP/1.1')],
  ['CONNECT', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['TRACE', head('TRACE / HTTP/1.1')],
  ['fields without an end', head('GET /v1/me HTTP/1.1', `X-A: ${'x'.repeat(40_000)}`)],
  ['many fields', head('GET /v1/me HTTP/1.1', ...Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1`))],
  ['a long target', head(`GET /${'x'.repeat(20_000)} HTTP/1.1`)],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an upgrade to nothing', head('GET /ws HTTP/1.1', 'Connection: Upgrade', 'Upgrade: nothing')],
  ['an upgrade whose chunks are none', `${upgrade('Transfer-Encoding: chunked')}xyz\r\n`],
  [
    'an upgrade to h2c',
    head(
      'GET /v1/me HTTP/1.1',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ),
  ],
  ['an expectation that nobody fulfils', `${post('Expect: 200-ok', 'Content-Length: 2')}{}`],
];

/** What is no whole request: its sender closes their half of the connection in the middle. */
const halves: [what: string, bytes: string][] = [
  ['a chunk that breaks off', chunked('5\r\n{}')],
  ['chunks without an end', chunked('2\r\n{}\r\n')],
  ['an upgrade to less than it announces', `${upgrade('Content-Length: 50')}{}`],
  ['less than it announces', `${post('Content-Length: 50')}{}`],
];

/** Bytes of a request that works, some of them lost, doubled, or others put in their place. */
const spoiltRequest = fc
  .tuple(
    fc.constantFrom(
      head('GET /v1/me HTTP/1.1', 'Authorization: Bearer x', 'Accept-Language: ko'),
      `${post('Content-Length: 30')}{"username":"a","password":"b"}`,
      chunked('1e\r\n{"username":"a","password":"b"}\r\n0\r\n\r\n'),
      head('OPTIONS /v1/orders HTTP/1.1', 'Origin: http://localhost', 'Access-Control-Request-Method: POST'),
      upgrade(),
    ),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        lost: fc.nat({ max: 3 }),
        instead: fc.oneof(
          fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
          fc.constantFrom(
            '\r\n',
            '\n',
            ':',
            ' ',
            '\0',
            'Content-Length: 5\r\n',
            'Transfer-Encoding: chunked\r\n',
            'Host: b\r\n',
            'HTTP/1.1',
          ),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([request, changes]) =>
    changes.reduce((bytes, { at, lost, instead }) => {
      const place = Math.floor(at * bytes.length);
      return bytes.slice(0, place) + instead + bytes.slice(place + lost);
    }, request),
  );

describe.each([
  { name: 'Node alone', startFront: undefined, ownWords: /^$(?!)/u, server: undefined },
  // Go's server reads the head of a request before Caddy sees it (caddy/README.md).
  {
    name: 'Caddy',
    startFront: startCaddy,
    ownWords: /^(?:4\d\d|501|505) [A-Z]|^Unsupported transfer encoding|^$/u,
    server: undefined,
  },
  // Its name goes with no setting.
  { name: 'Apache', startFront: startApache, ownWords: /^$(?!)/u, server: 'Apache' },
])('what is no request: $name', ({ startFront, ownWords, server }) => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let product: ProductProcess;
  let front: { port: number; stop: () => Promise<void> } | undefined;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
    database = await createTestDatabase(testSettings().databaseUrl);
    product = await startProduct('adapters/node/http.ts', productEnvironment(database.url), join(folder, 'http.log'));
    const { host, port: own } = new URL(product.origin);
    front = await startFront?.({
      folder: join(folder, 'front'),
      httpUpstreams: [host],
      chatUpstreams: [host, host],
      adminSocket: join(folder, 'admin.sock'),
    });
    port = front?.port ?? Number(own);
  });

  afterAll(async () => {
    await front?.stop();
    await product.stop();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it.each(requests)('%s is its sender’s fault, and harms nobody else', async (_, bytes) => {
    for (const halfCloses of [false, true]) await expectRefusal(bytes, halfCloses);
  });

  it.each(halves)('%s is its sender’s fault, and harms nobody else', (_, bytes) => expectRefusal(bytes, true));

  it('answers whoever closes their half of the connection after the request', async () => {
    for (const path of ['/healthz', '/v1/me', '/openapi.json']) {
      const open = await exchange(port, head(`GET ${path} HTTP/1.1`), false);
      const halfClosed = await exchange(port, head(`GET ${path} HTTP/1.1`), true);
      expect([path, halfClosed.status, halfClosed.body]).toEqual([path, open.status, open.body]);
    }
  });

  it.runIf(startFront === startCaddy)(
    'counts none of them as a failure of a process, which is left out after one',
    async () => {
      for (const [, bytes] of [...requests, ...halves]) await exchange(port, bytes, true).catch(() => undefined);
      const processes = await processesOf(join(folder, 'admin.sock'));
      expect(processes.length).toBeGreaterThan(0);
      for (const each of processes) expect(each).toMatchObject({ fails: 0 });
    },
  );

  it('takes any bytes without harm to anybody else', async () => {
    await fc.assert(
      fc.asyncProperty(spoiltRequest, async (bytes) => {
        const [answer, another] = await Promise.all([
          exchange(port, bytes, true).catch(() => undefined),
          askAsAnother(port),
        ]);
        // Go's server answers these to what it does not speak, before Caddy sees it.
        if (![501, 505].includes(answer?.status ?? 0)) expect(answer?.status ?? 400).toBeLessThan(500);
        expect([another, await askAsAnother(port)]).toEqual([401, 401]);
      }),
      { numRuns: process.env['KINGBUS_TEST_ALL'] === '1' ? 2_000 : 60 },
    );
  }, 600_000);

  async function expectRefusal(bytes: string, halfCloses: boolean): Promise<void> {
    const [{ status, headers, body }, others] = await Promise.all([
      exchange(port, bytes, halfCloses),
      Promise.all([askAsAnother(port), askAsAnother(port)]),
    ]);
    expect([...others, await askAsAnother(port)]).toEqual([401, 401, 401]);
    // Words of the server itself, before any of its settings count.
    if (ownWords.test(body)) return;
    const problem: unknown = JSON.parse(body);
    expect(problem).toMatchObject({
      type: expect.stringMatching(/^urn:kingbus:problem:/u),
      title: expect.stringMatching(/./u),
      status,
      code: expect.stringMatching(/^[a-z_]+$/u),
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    // HTTP/0.9 knows no fields.
    if (headers.size === 0) return;
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('server')).toBe(server);
  }
});

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Sends the bytes, and gives the first answer. */
function exchange(port: number, bytes: string, halfCloses: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const done = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (data) => {
      received += data.toString();
      const answer = parse(received, false);
      if (answer) done(answer);
    });
    socket.on('end', () => {
      const answer = parse(received, true);
      if (answer) done(answer);
      else reject(new Error(`no answer: ${JSON.stringify(received)}`));
    });
    socket.on('error', reject);
    socket.write(bytes, 'latin1');
    if (halfCloses) socket.end();
  });
}

function parse(received: string, isEnded: boolean): Answer | undefined {
  if (received.startsWith('{'))
    return isEnded ? { status: JSON.parse(received).status, headers: new Map(), body: received } : undefined;
  const [lines = '', body] = received.split(/\r\n\r\n(.*)/su);
  if (body === undefined) return undefined;
  const [start = '', ...fields] = lines.split('\r\n');
  const headers = new Map(
    fields.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = headers.get('content-length');
  const isWhole =
    isEnded || (length !== undefined && Buffer.byteLength(body) >= Number(length)) || body.endsWith('0\r\n\r\n');
  return isWhole ? { status: Number(start.split(' ')[1]), headers, body } : undefined;
}

/** What Caddy knows of the processes behind it (caddyserver.com/docs/api). */
async function processesOf(adminSocket: string): Promise<{ address: string; fails: number }[]> {
  return new Promise((resolve, reject) => {
    request(
      { socketPath: adminSocket, path: '/reverse_proxy/upstreams', setHost: false, headers: { Host: '' } },
      (response) => json(response).then((found) => resolve(found as { address: string; fails: number }[]), reject),
    )
      .on('error', reject)
      .end();
  });
}
