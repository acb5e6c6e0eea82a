import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { type Seen, startStandIn, type StandIn } from './stand-ins.ts';

// Stand-ins in the place of our processes show what a front does to a request; conversation.test.ts has the real ones.
describe.each([
  { name: 'Caddy', start: startCaddy },
  { name: 'Apache', start: startApache },
])('the front: $name', ({ start }) => {
  let folder: string;
  let http: StandIn;
  let chats: [StandIn, StandIn];
  let front: Front;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
    http = await startStandIn('http');
    chats = [await startStandIn('chat-1'), await startStandIn('chat-2')];
    front = await start({
      folder,
      httpUpstreams: [http.address],
      chatUpstreams: chats.map((chat) => chat.address),
    });
  });

  afterAll(async () => {
    await front.stop();
    await Promise.all([http, ...chats].map((standIn) => standIn.crash()));
    rmSync(folder, { recursive: true });
  });

  describe('routes', () => {
    it('HTTP, queries and bodies included, to the HTTP process', async () => {
      const { seen } = await post('/v1/orders?limit=20', '{"departure":"서울역"}');
      expect(seen).toMatchObject({ by: 'http', method: 'POST', url: '/v1/orders?limit=20', bodyBytes: 25 });
    });

    it('a WebSocket upgrade at /ws to a chat process, its subprotocol kept', async () => {
      const { socket, seen } = await openSocket();
      expect(seen.by).toMatch(/^chat-[12]$/);
      expect(socket.protocol).toBe('kingbus.v1');
      socket.send('안녕하세요 🚌');
      const [data] = await once(socket, 'message');
      expect(String(data)).toBe('안녕하세요 🚌');
      await close(socket);
    });

    it('an upgrade written in other cases, as some clients do', async () => {
      const { socket, seen } = await openSocket({
        headers: { connection: 'keep-alive, UPGRADE', upgrade: 'WebSocket' },
      });
      expect(seen.by).toMatch(/^chat-[12]$/);
      await close(socket);
    });

    it('a plain request for /ws to the HTTP process', async () => {
      const { seen } = await get('/ws');
      expect(seen.by).toBe('http');
    });

    it('a path that only begins like /ws to the HTTP process', async () => {
      const { socket, seen } = await openSocket({ path: '/wsx' }).catch(() => ({ socket: undefined, seen: undefined }));
      if (socket !== undefined) await close(socket);
      expect(seen?.by ?? 'http').toBe('http');
    });
  });

  describe('passes on', () => {
    const claims = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '203.0.113.7',
      forwarded: 'for=203.0.113.7;proto=https',
    };

    it.each(['HTTP', 'WebSocket'])(
      "the client's own address and scheme over %s, not those that it claims",
      async (kind) => {
        const headers = kind === 'HTTP' ? (await get('/', claims)).seen.headers : await headersSeenByChat(claims);
        expect(headers).toMatchObject({
          host: `localhost:${front.port}`,
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': `localhost:${front.port}`,
        });
        expect(JSON.stringify(headers)).not.toContain('203.0.113.7');
        expect(JSON.stringify(headers)).not.toContain('evil.example');
      },
    );

    it('the token, the cookie, the origin and the trace', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const sent = { authorization: 'Bearer abc', cookie: 'a=b', origin: 'http://localhost:8080', traceparent };
      expect((await get('/', sent)).seen.headers).toMatchObject(sent);
      expect(await headersSeenByChat(sent)).toMatchObject(sent);
    });
  });

  it('compresses HTTP for clients that want it, and says that it varies', async () => {
    const { response } = await get('/', { 'accept-encoding': 'gzip', 'x-padding': 'x'.repeat(2000) });
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(response.headers.vary).toMatch(/accept-encoding/i);
    const plain = await get('/', { 'x-padding': 'x'.repeat(2000) });
    expect(plain.response.headers['content-encoding']).toBeUndefined();
  });

  it('promises no HTTPS where there is none', async () => {
    const { response } = await get('/');
    expect(response.headers).not.toHaveProperty('strict-transport-security');
  });

  it('lets bodies through up to far above what a photo takes', async () => {
    expect((await post('/', Buffer.alloc(11_000_000))).seen.bodyBytes).toBe(11_000_000);
  });

  it('refuses an absurd body with a problem, before it has come', async () => {
    const response = await announceBody(13_000_000);
    expect(response.statusCode).toBe(413);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(await text(response))).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it.each([
    ['ko-KR,ko;q=0.9', 'ko', '본문이 너무 큽니다.'],
    ['en', 'en', 'The body is too large.'],
    ['kok', 'en', 'The body is too large.'],
  ])('speaks for itself in the language of "%s", under an id', async (language, content, title) => {
    const response = await announceBody(13_000_000, { 'accept-language': language });
    expect(JSON.parse(await text(response))).toEqual({
      type: 'urn:kingbus:problem:payload_too_large',
      title,
      status: 413,
      code: 'payload_too_large',
    });
    expect(response.headers).toMatchObject({
      'content-language': content,
      'x-request-id': expect.stringMatching(/^[\w@-]{20,}$/u),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  describe('when processes come and go', () => {
    it('waits for an HTTP process that restarts', async () => {
      await http.crash();
      const answer = get('/');
      // By the time that a later connection has gone through the front, the request has met the closed port.
      await whoAnswers(1);
      http = await startStandIn('http, restarted', http.port);
      expect((await answer).seen.by).toBe('http, restarted');
    });

    it('gives every new connection to the other chat process as soon as one has died', async () => {
      const open = await openSocketAt('chat-1');
      const ended = once(open, 'close');
      await chats[0].crash();
      await ended;
      for (let attempt = 0; attempt < 8; attempt++) {
        const { socket, seen } = await openSocket();
        expect(seen.by).toBe('chat-2');
        await close(socket);
      }
      chats[0] = await startStandIn('chat-1', chats[0].port);
      await close(await openSocketAt('chat-1'));
    });

    it('gives no new connection to a chat process that drains, and keeps the open ones', async () => {
      const open = await openSocketAt('chat-2');
      // The other one is busier, so that balancing alone would choose the one that drains.
      const others = [await openSocketAt('chat-1'), await openSocketAt('chat-1')];
      chats[1].ready = false;
      await expect.poll(async () => [...(await whoAnswers(6))], { timeout: 20_000 }).toEqual(['chat-1']);
      open.send('still here');
      expect(String((await once(open, 'message'))[0])).toBe('still here');
      await Promise.all([open, ...others].map(close));
      chats[1].ready = true;
      await close(await openSocketAt('chat-2'));
    });

    it('says with a problem that no chat process is left, and recovers', async () => {
      await Promise.all(chats.map((chat) => chat.crash()));
      const { response } = await get('/ws', { connection: 'upgrade', upgrade: 'websocket' });
      // Which of the two depends on whether the last look found one to try.
      expect([502, 503]).toContain(response.statusCode);
      expect(response.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'retry-after': '2',
      });
      chats = [await startStandIn('chat-1', chats[0].port), await startStandIn('chat-2', chats[1].port)];
      await close(await openSocketAt('chat-1'));
    });
  });

  it('writes no token into its logs, not even when a process is away', async () => {
    const secret = {
      authorization: 'Bearer s3cret-token',
      cookie: '__Host-refresh=s3cret-cookie',
      referer: 'http://x/?t=s3cret-referer',
    };
    const protocols = ['kingbus.v1', 'bearer.s3cret-protocol'];
    await get('/v1/me?token=s3cret-query', secret);
    await close((await openSocket({ headers: secret, protocols, path: '/ws?token=s3cret-query' })).socket);
    await Promise.all(chats.map((chat) => chat.crash()));
    await expect(openSocket({ headers: secret, protocols, path: '/ws?token=s3cret-query' })).rejects.toThrow();
    chats = [await startStandIn('chat-1', chats[0].port), await startStandIn('chat-2', chats[1].port)];
    await expect.poll(logs).toMatch(/\/v1\/me/);
    await expect.poll(() => logs().match(/\/ws\b/g)?.length).toBeGreaterThanOrEqual(2);
    expect(logs()).not.toContain('s3cret');
  });

  function logs(): string {
    return readFileSync(front.accessLog, 'utf8') + readFileSync(join(folder, 'server.log'), 'utf8');
  }

  type Answer = { response: IncomingMessage; seen: Seen };

  function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return send('GET', path, headers);
  }

  function post(path: string, body: string | Buffer): Promise<Answer> {
    return send('POST', path, { 'content-length': String(Buffer.byteLength(body)) }, body);
  }

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<Answer> {
    const request = requestTo(method, path, headers);
    request.end(body);
    const [response] = await once(request, 'response');
    const answer = await text(response);
    return { response, seen: answer.startsWith('{"by"') ? JSON.parse(answer) : undefined };
  }

  /** Says how long the body will be, and sends none of it. */
  async function announceBody(bytes: number, headers: Record<string, string> = {}): Promise<IncomingMessage> {
    const request = requestTo('POST', '/', { ...headers, 'content-length': String(bytes) });
    request.flushHeaders();
    const [response] = await once(request, 'response');
    return response;
  }

  function requestTo(method: string, path: string, headers: Record<string, string>): ClientRequest {
    const host = `localhost:${front.port}`;
    return httpRequest({
      host: '127.0.0.1',
      port: front.port,
      method,
      path,
      agent: false,
      headers: { host, ...headers },
    });
  }

  async function openSocket(
    options: { path?: string; protocols?: string[]; headers?: ClientOptions['headers'] } = {},
  ): Promise<{ socket: WebSocket; seen: Seen }> {
    const address = `ws://localhost:${front.port}${options.path ?? '/ws'}`;
    const socket = new WebSocket(address, options.protocols ?? ['kingbus.v1'], {
      headers: options.headers ?? {},
      family: 4,
    });
    const [data] = await once(socket, 'message');
    return { socket, seen: JSON.parse(String(data)) };
  }

  /** Opens connections until one reaches the named process: a front takes a moment to see that it is back. */
  function openSocketAt(name: string): Promise<WebSocket> {
    return vi.waitFor(
      async () => {
        const { socket, seen } = await openSocket();
        if (seen.by === name) return socket;
        await close(socket);
        throw new Error(`${seen.by} answered, not ${name}`);
      },
      { timeout: 20_000 },
    );
  }

  async function whoAnswers(times: number): Promise<Set<string>> {
    const names = new Set<string>();
    for (let attempt = 0; attempt < times; attempt++) {
      const { socket, seen } = await openSocket();
      names.add(seen.by);
      await close(socket);
    }
    return names;
  }

  async function headersSeenByChat(headers: ClientOptions['headers']): Promise<Seen['headers']> {
    const { socket, seen } = await openSocket({ headers });
    await close(socket);
    return seen.headers;
  }
});

async function close(socket: WebSocket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}
