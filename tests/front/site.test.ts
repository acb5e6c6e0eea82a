import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { freePort } from '../../local/servers/ports.ts';
import { makeCertificate } from './certificate.ts';
import { startStandIn } from './stand-ins.ts';
import type { Seen, StandIn } from './stand-ins.ts';

const host = 'kingbus.test';

// As in production: HTTPS by a certificate that one brings, several processes of each kind, and port 80 leads there.
describe.each([
  { name: 'Caddy', start: startCaddy },
  { name: 'Apache', start: startApache },
])('the site: $name', ({ start }) => {
  let folder: string;
  let https: StandIn[];
  let chats: StandIn[];
  let front: Front;
  let plainPort: number;
  let trusted: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
    // Apache writes its log as root, and so reads nothing there that is not its own.
    chmodSync(folder, 0o755);
    const made = makeCertificate(folder, host);
    ({ trusted } = made);
    https = await Promise.all(['http-1', 'http-2', 'http-3'].map((name) => startStandIn(name)));
    chats = await Promise.all(['chat-1', 'chat-2', 'chat-3'].map((name) => startStandIn(name)));
    plainPort = await freePort();
    front = await start({
      folder: join(folder, 'front'),
      httpUpstreams: https.map(({ address }) => address),
      chatUpstreams: chats.map(({ address }) => address),
      site: { host, tls: { certificate: made.certificate, key: made.key }, plainPort },
    });
  });

  afterAll(async () => {
    await front.stop();
    await Promise.all([...https, ...chats].map((standIn) => standIn.crash()));
    rmSync(folder, { recursive: true });
  });

  it('speaks HTTPS with its certificate, says that it always will, and to a process that it does', async () => {
    const response = await ask();
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
    expect(((await json(response)) as Seen).headers).toMatchObject({ 'x-forwarded-proto': 'https' });
  });

  it('speaks HTTP/2 with whoever wants to', async () => {
    const session = connectHttp2(`https://127.0.0.1:${front.port}`, { ca: trusted, servername: host });
    const stream = session.request({ ':path': '/v1/me', ':authority': host });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    expect(session.alpnProtocol).toBe('h2');
    expect(((await json(stream)) as Seen).url).toBe('/v1/me');
    session.close();
  });

  it('carries the chat', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${front.port}/ws`, ['kingbus.v1'], {
      ca: trusted,
      servername: host,
      headers: { host },
    } as ClientOptions);
    const [data] = await once(socket, 'message');
    expect((JSON.parse(String(data)) as Seen).by).toMatch(/^chat-/u);
    socket.close();
    await once(socket, 'close');
  });

  it.each(['GET', 'POST'])('leads a %s from the port without HTTPS to the same place with it', async (method) => {
    const response = await ask({ port: plainPort, method, path: '/v1/orders?limit=20' }, plainRequest);
    response.resume();
    // 308: the method stays.
    expect(response.statusCode).toBe(308);
    expect(response.headers.location).toMatch(/^https:\/\/kingbus\.test(?::\d+)?\/v1\/orders\?limit=20$/u);
  });

  it('says nowhere which version it is', async () => {
    const answers = [
      await ask(),
      await ask({ method: 'POST', headers: { 'content-length': '13000000' } }),
      await ask({ method: 'POST', headers: { 'transfer-encoding': 'gzip' } }),
      await ask({ port: plainPort }, plainRequest),
    ];
    for (const answer of answers) {
      expect(`${String(answer.headers['server'])} ${await text(answer)}`).not.toMatch(/(?:caddy|apache)\/\d|openssl/iu);
    }
  });

  it('gives requests to every process', async () => {
    await expect.poll(async () => [...(await whoAnswers())].toSorted()).toEqual(['http-1', 'http-2', 'http-3']);
  });

  it('leaves out a process that says that it stops, or that stands still, and takes it back', async () => {
    const [one, two] = https as [StandIn, StandIn];
    one.ready = false;
    await expect.poll(whoAnswers, { timeout: 20_000 }).not.toContain('http-1');
    two.still = true;
    // What was given to it waits with it: nobody asks it for more.
    await expect.poll(() => whoAnswersInTime(), { timeout: 20_000 }).toEqual(new Set(['http-3']));
    one.ready = true;
    two.still = false;
    await expect
      .poll(async () => [...(await whoAnswers())].toSorted(), { timeout: 20_000 })
      .toEqual(['http-1', 'http-2', 'http-3']);
  });

  it('lets nobody else read its access log', async () => {
    (await ask()).resume();
    await expect.poll(() => statSync(front.accessLog).size).toBeGreaterThan(0);
    expect(statSync(front.accessLog).mode & 0o007).toBe(0);
  });

  /** Which processes answer a dozen requests, of a few at once. */
  async function whoAnswers(): Promise<Set<string>> {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask()));
    return new Set(await Promise.all(answers.map(async (answer) => ((await json(answer)) as Seen).by)));
  }

  /** The same, or nobody where one of them got no answer within a second. */
  function whoAnswersInTime(): Promise<Set<string>> {
    const late = new Promise<Set<string>>((resolve) => void setTimeout(resolve, 1_000, new Set()).unref());
    return Promise.race([whoAnswers(), late]);
  }

  async function ask(
    options: RequestOptions = {},
    request: typeof secureRequest | typeof plainRequest = secureRequest,
  ): Promise<IncomingMessage> {
    const sent = request({
      host: '127.0.0.1',
      port: front.port,
      servername: host,
      ca: trusted,
      agent: false,
      ...options,
      headers: { host, ...(options.headers as Record<string, string>) },
    } as RequestOptions);
    if (options.headers !== undefined && 'content-length' in options.headers) sent.flushHeaders();
    else sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }
});
