import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { firstOf } from '../support/everywhere.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';
import { askAsAnother } from './other-caller.ts';

/** Answers that are known before the request has been read, and what brings them about. */
const early: { what: string; status: number; path: string; method?: string; headers?: OutgoingHttpHeaders }[] = [
  { what: 'nobody is logged in', status: 401, path: '/v1/orders', headers: { 'Content-Type': 'application/json' } },
  { what: 'it is too large', status: 413, path: '/v1/sessions', headers: { 'Content-Type': 'application/json' } },
  { what: 'nobody is logged in, and what only reads brings a body', status: 401, path: '/v1/me', method: 'GET' },
  { what: 'the type is another', status: 415, path: '/v1/sessions', headers: { 'Content-Type': 'text/plain' } },
  { what: 'nothing is there', status: 404, path: '/v1/nowhere' },
  { what: 'the method is another', status: 405, path: '/v1/me' },
  {
    what: 'nobody is logged in, and what asks for the head alone brings a body',
    status: 401,
    path: '/v1/me',
    method: 'HEAD',
  },
];

/** Lengths in bytes: more than comes with the head, in the first packet, beyond what one is let send after the answer, and in between. */
const lengths = firstOf(1, [2_500_000, 100, 8_000_000, 70_000, 1_000_000, 2_200_000]);

const startNode = (databaseUrl: string, folder: string): Promise<ProductProcess> =>
  startProduct('adapters/node/http.ts', productEnvironment(databaseUrl), join(folder, 'http.log'));

const startEdge = (databaseUrl: string): Promise<Worker> =>
  startWorker(databaseUrl, workerBindings(testSettings().keysDirectory));

describe.each([
  { name: 'Node alone', startProcess: startNode },
  { name: 'Node behind Caddy', startProcess: startNode, startFront: startCaddy },
  { name: 'Node behind Apache', startProcess: startNode, startFront: startApache },
  { name: 'the edge', startProcess: startEdge },
])('an answer before the request was read: $name', ({ startProcess, startFront }) => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let product: { origin: string; stop: () => Promise<unknown> };
  let front: { port: number; stop: () => Promise<void> } | undefined;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
    database = await createTestDatabase(testSettings().databaseUrl);
    product = await startProcess(database.url, folder);
    const upstream = new URL(product.origin);
    front = await startFront?.({
      folder: join(folder, 'front'),
      httpUpstreams: [upstream.host],
      chatUpstreams: ['127.0.0.1:9', '127.0.0.1:9'],
    });
    port = front?.port ?? Number(upstream.port);
  });

  afterAll(async () => {
    await front?.stop();
    await product.stop();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it.each(firstOf(4, early))(
    '$status, because $what, comes whole, and harms nobody else',
    async ({ status, path, ...how }) => {
      for (const length of lengths) {
        if (status === 413 && length < 70_000) continue;
        for (const announced of [true, false]) {
          const answers = await Promise.all([
            send(port, { path, length, announced, ...how }),
            ...Array.from({ length: 3 }, () => askAsAnother(port)),
          ]);
          answers.push(await askAsAnother(port), await askAsAnother(port));
          expect({ length, announced, answers }).toEqual({
            length,
            announced,
            answers: [status, 401, 401, 401, 401, 401],
          });
        }
      }
      // More than anything lets through: of untold length, so that it is known only when it has come. Where there is no front, its
      // sender is hung up on, and may not see the answer.
      const [answer, another] = await Promise.all([
        send(port, { path, length: 20_000_000, announced: false, ...how }),
        askAsAnother(port),
      ]);
      if (startFront) expect([413, status]).toContain(answer);
      expect([another, await askAsAnother(port)]).toEqual([401, 401]);
    },
  );
});

interface Body {
  path: string;
  length: number;
  /** By a Content-Length, or else in chunks. */
  announced: boolean;
  method?: string;
  headers?: OutgoingHttpHeaders;
}

/** Sends as many bytes, as fast as they are taken, and gives the status of the problem that answers, in full. */
async function send(port: number, { path, length, announced, method = 'POST', headers }: Body): Promise<unknown> {
  const framing = announced ? { 'Content-Length': length } : { 'Transfer-Encoding': 'chunked' };
  const sent = request({ port, path, method, headers: { ...headers, ...framing }, agent: false });
  const answered = new Promise<number | string>((resolve) => {
    sent.on('error', (error) => resolve(String(error)));
    sent.on('response', (response) => {
      if (method === 'HEAD') {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
        return;
      }
      json(response).then(
        (body) => resolve((body as { status: number }).status),
        (error: unknown) => resolve(String(error)),
      );
    });
  });
  let wake = () => {};
  sent.on('drain', () => wake());
  sent.on('close', () => wake());
  const chunk = Buffer.alloc(50_000, 0x20);
  for (let left = length; left > 0 && !sent.destroyed; left -= chunk.length) {
    const taken = sent.write(chunk.subarray(0, Math.min(left, chunk.length)));
    if (!taken) await new Promise<void>((resolve) => (wake = resolve));
  }
  sent.end();
  return answered;
}
