import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/node/config.ts';
import { createProductServer, defaultRequestTimeoutMs } from '../../adapters/node/product-server.ts';
import type { ProductServerOptions } from '../../adapters/node/product-server.ts';
import { endpoint } from '../../functions/http/endpoint.ts';
import { json } from '../../functions/http/json-body.ts';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import { tinyApp } from '../support/tiny-app.ts';
import { askAsAnother } from './other-caller.ts';

/** Answers that are known before the body, and those that wait for it. */
const routes = [
  { what: 'nobody is logged in', path: '/v1/orders', access: 'account', status: 401 },
  { what: 'it is read', path: '/v1/notes', access: 'public', status: 204 },
] as const;

const app = tinyApp(
  routes.map(({ path, access }) =>
    endpoint({
      name: path,
      access,
      budget: 0,
      method: 'post',
      path,
      tags: ['tests'],
      summary: 'Takes anything',
      request: { body: json(z.looseObject({})) },
      answers: { 204: { description: 'Taken' } },
      handle: () => {},
    }),
  ),
);

/** How a body may be framed; in pieces of as many bytes, the first before the silence. Apache reads 16 KB before it passes any on. */
const bodies = [true, false].flatMap((isChunked) => [100, 20_000].map((piece) => ({ isChunked, piece })));
const asked = routes.flatMap(({ path, status }) => bodies.map((body) => ({ path, status, body })));
const pieces = 3;
/** Longer than the five seconds within which anybody who waits for a body by a time of its own would have given up. */
const silenceMs = 7_000;

const homes = [
  { name: 'Node alone', startFront: undefined },
  { name: 'Caddy', startFront: startCaddy },
  { name: 'Apache', startFront: startApache },
];

describe.each(homes)('a slow body: $name', ({ startFront }) => {
  const { startHere, stop } = places(startFront);
  let patient: number;
  let hasty: number;

  beforeAll(async () => {
    patient = await startHere({});
    hasty = await startHere(startFront ? { bodySeconds: 1 } : { requestTimeoutMs: 1_000 });
  });
  afterAll(stop);

  it('is waited for, and its sender told what is the matter with the request', async () => {
    const answers = await Promise.all(asked.map(({ path, body }) => send(patient, path, body, 'pauses')));
    expect(answers).toEqual(asked.map(({ status }) => status));
    expect(await askAsAnother(patient)).toBe(401);
  });

  it('that never ends is its sender’s fault, and harms nobody else', async () => {
    const [answers, another] = await Promise.all([
      Promise.all(asked.map(({ path, body }) => send(hasty, path, body, 'stops'))),
      askAsAnother(hasty),
    ]);
    // An answer that is known early is as good as the time that has run out.
    for (const [index, answer] of answers.entries()) expect([408, asked[index]?.status]).toContain(answer);
    expect([another, await askAsAnother(hasty), await askAsAnother(hasty)]).toEqual([401, 401, 401]);
  });
});

describe('how long a body may take', () => {
  const defaultOf = (file: string, pattern: RegExp) => Number(pattern.exec(readFileSync(file, 'utf8'))?.[1]) * 1_000;

  it('is longer for the process than for a front, which gives up first', () => {
    const ofCaddy = 60 * defaultOf('caddy/Caddyfile', /KINGBUS_BODY_TIMEOUT:(\d+)m\}/u);
    const ofApache = defaultOf('caddy/apache/kingbus.conf', /Define KINGBUS_BODY_TIMEOUT 20-(\d+)/u);
    expect([ofCaddy, ofApache]).toEqual([120_000, 120_000]);
    expect(defaultRequestTimeoutMs).toBeGreaterThan(120_000);
  });
});

/** Starts servers of our own, alone or behind a front each, and stops them all. */
function places(startFront: typeof startCaddy | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
  return {
    async startHere({ bodySeconds, ...how }: { bodySeconds?: number; requestTimeoutMs?: number }): Promise<number> {
      const { server } = createProductServer({
        fetch: app.fetch,
        config: { trustedProxies: new Set(['127.0.0.1']) } as unknown as Config,
        ports: {} as ProductServerOptions['ports'],
        log: console,
        ...how,
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      stops.unshift(() => {
        server.closeAllConnections();
        server.close();
      });
      const front = await startFront?.({
        folder: join(folder, `front-${port}`),
        httpUpstreams: [`127.0.0.1:${port}`],
        chatUpstreams: ['127.0.0.1:9', '127.0.0.1:9'],
        ...(bodySeconds !== undefined && { bodySeconds }),
      });
      if (front) stops.unshift(() => front.stop());
      return front?.port ?? port;
    },
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}

/** Sends the first piece of a body, and the others after a silence or never; gives the status of the answer. */
async function send(
  port: number,
  path: string,
  { isChunked, piece }: { isChunked: boolean; piece: number },
  then: 'pauses' | 'stops',
): Promise<unknown> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let received = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      received += data.toString('latin1');
      resolve();
    });
  });
  socket.on('error', () => {});
  const text = (index: number): string => {
    const own =
      index === 0 ? `{"a":1${' '.repeat(piece - 6)}` : index === pieces - 1 ? '}'.padStart(piece) : ' '.repeat(piece);
    return isChunked ? `${piece.toString(16)}\r\n${own}\r\n${index === pieces - 1 ? '0\r\n\r\n' : ''}` : own;
  };
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${pieces * piece}`,
      '',
      text(0),
    ].join('\r\n'),
  );
  if (then === 'pauses') {
    await delay(silenceMs);
    for (let index = 1; index < pieces && socket.writable; index++) socket.write(text(index));
  }
  await Promise.race([answered, closed]);
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/u.exec(received)?.[1]);
}
