import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { readTracingSettings, tracingVariables } from '../../adapters/node/tracing/tracing-settings.ts';
import { z } from 'zod';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { placed } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startOtlpReceiver } from '../support/servers/otlp-receiver.ts';
import type { OtlpReceiver, ReceivedSpan } from '../support/servers/otlp-receiver.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

let receiver: OtlpReceiver;
let http: ProductProcess;
let chat: ProductProcess;

const start = (name: 'http' | 'chat', settings: Record<string, string>, log: string) =>
  startProduct(
    `adapters/node/${name}.ts`,
    { ...productEnvironment(inject('databaseUrl')), ...settings },
    join(testSettings().runFolder, `${log}.log`),
  );

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  [http, chat] = await Promise.all([
    start('http', settings, 'http-traced'),
    start('chat', { ...settings, OTEL_SERVICE_NAME: 'the-chat' }, 'chat-traced'),
  ]);
});

afterAll(async () => {
  expect(await Promise.all([http.stop(), chat.stop()])).toEqual([0, 0]);
  await receiver.close();
});

/** A `traceparent` as a front, or another program, would send it. */
function newParent(flags = '01') {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, header: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
}

const named =
  (...names: string[]) =>
  (spans: ReceivedSpan[]) =>
    names.every((name) => spans.some((span) => span.name === name));

/** A trace as a tree: `name` of a span, then those beneath it, a step further in. */
function treeOf(spans: ReceivedSpan[], parentId: string, indent = ''): string[] {
  const children = spans.filter((span) => span.parentId === parentId);
  return children.flatMap(({ id, name }) => [`${indent}${name}`].concat(treeOf(spans, id, `${indent}  `)));
}

describe('a trace', () => {
  test('leads from a request over its statements and its commit to the sockets of another process', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const reader = await connectTo(chatUrlOf(chat.origin), driver);
    const { traceId, spanId, header } = newParent();
    const response = await fetch(`${http.origin}/v1/rooms/${room}/messages`, {
      method: 'POST',
      headers: { ...header, Authorization: `Bearer ${customer.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ id: 'one', body: '비밀 이야기' }),
    });
    expect(response.status).toBe(201);
    await reader.next('message');
    const request = 'POST /v1/rooms/:roomId/messages';
    const spans = await receiver.trace(traceId, named(request, 'publish', 'deliver messages'));
    expect(treeOf(spans, spanId)).toEqual([
      request,
      '  sendMessage',
      '    commit messages',
      '      begin',
      '      select rooms',
      '      insert messages',
      '      update rooms',
      '      commit',
      '      publish',
      '        deliver messages',
    ]);
    expect(spans.find(({ name }) => name === request)).toMatchObject({
      service: 'kingbus-http',
      kind: 'server',
      failed: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/rooms/:roomId/messages',
        'http.response.status_code': 201,
        'kingbus.request_id': response.headers.get('X-Request-Id'),
      },
    });
    expect(spans.find(({ name }) => name === 'insert messages')).toMatchObject({
      kind: 'client',
      attributes: {
        'db.system.name': 'mariadb',
        'db.query.text': expect.stringMatching(/^insert into `messages` .* \?$/u),
      },
    });
    expect(spans.find(({ name }) => name === 'publish')).toMatchObject({ kind: 'producer', service: 'kingbus-http' });
    expect(spans.find(({ name }) => name === 'deliver messages')).toMatchObject({
      kind: 'consumer',
      service: 'the-chat',
      attributes: { 'messaging.batch.message_count': 1 },
    });
    expect(JSON.stringify(receiver.spans)).not.toContain('비밀');
    expect(receiver.requests[0]).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer of-the-collector',
    });
    await reader.close();
  });

  test('leads from a change to whom it tells', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const ear = await connectTo(chatUrlOf(chat.origin), customer);
    const { traceId, spanId, header } = newParent();
    const response = await fetch(`${http.origin}/v1/orders/${order.id}/quotes`, {
      method: 'POST',
      headers: { ...header, Authorization: `Bearer ${driver.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(validQuote()),
    });
    expect(response.status).toBe(201);
    await ear.next('event');
    const spans = await receiver.trace(traceId, named('publish', 'deliver event', 'delete outbox', 'deliver'));
    const tree = treeOf(spans, spanId);
    const from = tree.indexOf('    deliver');
    expect(tree[0]).toBe('POST /v1/orders/:orderId/quotes');
    expect(tree).toContain('    insert quotes');
    expect(tree.slice(from)).toEqual(['    deliver', '      publish', '        deliver event', '      delete outbox']);
    await ear.close();
  });

  test('begins with a frame, where a message comes over a socket', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const before = receiver.spans.length;
    const talker = await connectTo(chatUrlOf(chat.origin), customer);
    talker.send({ type: 'send', id: 'one', room, body: '하나' });
    await talker.next('message');
    const found = await vi.waitFor(() => {
      const root = receiver.spans.slice(before).find(({ name }) => name === 'chat send');
      if (root === undefined) throw new Error('not there yet');
      return root;
    });
    const spans = await receiver.trace(found.traceId, named('chat send', 'publish', 'deliver messages'));
    expect(found).toMatchObject({ kind: 'server', service: 'the-chat', parentId: undefined });
    expect(treeOf(spans, found.id)).toEqual([
      'commit messages',
      ...['begin', 'select rooms', 'insert messages', 'update rooms', 'commit', 'publish'].map((name) => `  ${name}`),
      '    deliver messages',
    ]);
    await talker.close();
  });

  test('says what was refused and what failed', async () => {
    const customer = await newCustomer();
    const { traceId, header } = newParent();
    const nowhere = crypto.randomUUID();
    await fetch(`${http.origin}/v1/orders/${nowhere}`, {
      headers: { ...header, Authorization: `Bearer ${customer.token}` },
    });
    const spans = await receiver.trace(traceId, named('GET /v1/orders/:orderId'));
    expect(spans.find(({ name }) => name === 'showOrder')).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'not_found' },
    });
    // A refusal is no failure of the server.
    expect(spans.find(({ name }) => name === 'GET /v1/orders/:orderId')).toMatchObject({ failed: false });
  });

  test('is not recorded where it was decided so before, nor what asks whether the process is well', async () => {
    const unsampled = newParent('00');
    const health = newParent();
    const last = newParent();
    await fetch(`${http.origin}/v1/orders`, { headers: unsampled.header });
    await fetch(`${http.origin}/readyz`, { headers: health.header });
    await fetch(`${http.origin}/v1/orders`, { headers: last.header });
    await receiver.trace(last.traceId, named('GET /v1/orders'));
    for (const { traceId } of [unsampled, health]) {
      expect(receiver.spans.filter((span) => span.traceId === traceId)).toEqual([]);
    }
  });

  test.each(['', 'nonsense', '00-0-0-01', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, 'x'.repeat(9_000)])(
    'begins anew where it is told nonsense: %.40s',
    async (traceparent) => {
      const requestId = `test-${crypto.randomUUID()}`;
      await fetch(`${http.origin}/v1/orders`, { headers: { traceparent, 'X-Request-Id': requestId } });
      await vi.waitFor(() => {
        const span = receiver.spans.find(({ attributes }) => attributes['kingbus.request_id'] === requestId);
        expect(span).toMatchObject({ name: 'GET /v1/orders', parentId: undefined });
      });
    },
  );
});

test('a receiver that is away disturbs nobody', async () => {
  const gone = await startOtlpReceiver();
  await gone.close();
  const settings = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${gone.url}/v1/traces`, OTEL_BSP_SCHEDULE_DELAY: '60000' };
  const untold = await start('http', settings, 'http-untold');
  expect((await fetch(`${untold.origin}/v1/orders`)).status).toBe(401);
  expect(await untold.stop()).toBe(0);
  expect(readFileSync(untold.logFile, 'utf8')).toContain('the last traces could not be sent');
});

describe('tracing is', () => {
  const read = (env: Record<string, string>) => readTracingSettings(z.object(tracingVariables).parse(env));
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

  test.each([
    ['off', {}, undefined],
    ['off', { OTEL_SERVICE_NAME: 'kingbus', OTEL_TRACES_SAMPLER: 'always_on' }, undefined],
    ['off', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, undefined],
    ['off', { ...endpoint, OTEL_SDK_DISABLED: 'true' }, undefined],
    ['on', endpoint, { sampler: 'parentbased_always_on', ratio: 1, headers: '', timeoutMs: 2_500, batches: {} }],
    [
      'on',
      { ...endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '500' },
      { sampler: 'parentbased_always_on', ratio: 1, headers: '', timeoutMs: 500, batches: {} },
    ],
    [
      'on',
      { OTEL_TRACES_EXPORTER: 'otlp' },
      { sampler: 'parentbased_always_on', ratio: 1, headers: '', timeoutMs: 2_500, batches: {} },
    ],
    [
      'on',
      {
        ...endpoint,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.01',
        OTEL_BSP_MAX_QUEUE_SIZE: '9',
      },
      { sampler: 'traceidratio', ratio: 0.01, headers: '', timeoutMs: 2_500, batches: { maxQueueSize: 9 } },
    ],
  ])('%s with %j', (_state, env, settings) => {
    expect(read(env)).toEqual(settings);
  });

  test.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_TRACES_EXPORTER: 'zipkin' },
    { OTEL_TRACES_SAMPLER: 'jaeger_remote' },
    { OTEL_TRACES_SAMPLER_ARG: '2' },
  ])('refused with %j, rather than not done', (env) => {
    expect(() => read({ ...endpoint, ...env })).toThrow(Object.keys(env)[0]);
  });
});
