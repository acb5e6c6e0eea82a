import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkout } from '../../local/folder.ts';
import { freePort } from '../../local/servers/ports.ts';
import { program } from '../../local/tools/tools.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

interface Panel {
  type: string;
  title: string;
  description?: string;
  targets?: { expr: string }[];
}

const monitoring = join(checkout, 'deploy/monitoring');
const dashboard = JSON.parse(readFileSync(join(monitoring, 'grafana-dashboard.json'), 'utf8')) as {
  panels: Panel[];
  annotations: { list: { expr: string }[] };
};

/** What Grafana puts for it where numbers are scraped every second. */
const concrete = (expr: string): string => expr.replaceAll('$__rate_interval', '30s');

const queries = dashboard.panels.flatMap(({ title, description = '', targets = [] }) =>
  targets.map(({ expr }) => [title, concrete(expr), /\bEmpty where\b/u.test(description)] as const),
);

let folder: string;
let http: ProductProcess;
let chat: ProductProcess;
let prometheus: { origin: string; stop(): Promise<void> };

/** A real Prometheus with the configuration that is deployed, but for the ports, and for an interval that a test can wait for. */
async function startPrometheus(targets: Record<string, string>): Promise<typeof prometheus> {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-prometheus-'));
  const config = parse(readFileSync(join(monitoring, 'prometheus.yml'), 'utf8')) as {
    global: object;
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  config.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  config.rule_files = [join(monitoring, 'alerts.yml')];
  config.scrape_configs = config.scrape_configs.filter(({ job_name: name }) => name in targets);
  for (const job of config.scrape_configs) job.static_configs = [{ targets: [targets[job.job_name] ?? ''] }];
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = execa(
    program('prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { reject: false, all: true },
  );
  let said: string | undefined;
  void child.then(({ all }) => (said = all));
  const origin = `http://${address}`;
  await vi.waitFor(async () => {
    expect(said, 'it ended').toBeUndefined();
    expect((await fetch(`${origin}/-/ready`)).status).toBe(200);
  });
  return {
    origin,
    async stop() {
      child.kill();
      await child;
    },
  };
}

/** Some of everything: what was found and what was not, a conversation, and frames that were refused. */
async function makeTraffic(): Promise<void> {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const caller = new Client(customer.token, http.origin);
  await Promise.all([caller.get('/v1/me'), caller.get('/v1/orders'), caller.get('/nowhere')]);
  const room = await newRoom(customer, driver);
  const url = chatUrlOf(chat.origin);
  const [here, there] = [await connectTo(url, customer), await connectTo(url, driver)];
  here.send({ type: 'send', id: 'one', room, body: '하나' });
  await there.next('message');
  there.send('nonsense');
  await there.next('error');
  await Promise.all([here.close(), there.close()]);
}

beforeAll(async () => {
  const ports = { 'kingbus-http': await freePort(), 'kingbus-chat': await freePort() };
  const start = (name: 'http' | 'chat') =>
    startProduct(
      `adapters/node/${name}.ts`,
      {
        ...productEnvironment(inject('databaseUrl')),
        KINGBUS_METRICS_LISTEN: `127.0.0.1:${ports[`kingbus-${name}`]}`,
      },
      join(testSettings().runFolder, `${name}-monitored.log`),
    );
  [http, chat] = await Promise.all([start('http'), start('chat')]);
  prometheus = await startPrometheus({
    'kingbus-http': `127.0.0.1:${ports['kingbus-http']}`,
    'kingbus-chat': `127.0.0.1:${ports['kingbus-chat']}`,
  });
  await makeTraffic();
}, 180_000);

afterAll(async () => {
  await prometheus.stop();
  expect(await Promise.all([http.stop(), chat.stop()])).toEqual([0, 0]);
  rmSync(folder, { recursive: true });
});

async function ask(expr: string): Promise<{ status: string; error?: string; data?: { result: unknown[] } }> {
  const response = await fetch(`${prometheus.origin}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`);
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

describe('a query of the dashboard', () => {
  test('is there for each panel', () => {
    const empty = dashboard.panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0);
    expect(empty).toEqual([]);
    expect(queries.length).toBeGreaterThan(30);
  });

  test.each(queries)('gives what its panel shows: %s: %s', async (_title, expr, mayBeEmpty) => {
    await vi.waitFor(async () => {
      const { status, error, data } = await ask(expr);
      expect({ status, error }).toEqual({ status: 'success', error: undefined });
      // What only a fault brings is there without one in no healthy installation: its panel says so.
      if (!mayBeEmpty) expect(data?.result.length).toBeGreaterThan(0);
    });
  });

  test.each(dashboard.annotations.list.map(({ expr }) => expr))('marks what it should: %s', async (expr) => {
    expect(await ask(expr)).toMatchObject({ status: 'success' });
  });
});

test('the alerts are loaded, healthy, and quiet while all is well', async () => {
  await vi.waitFor(async () => {
    const response = await fetch(`${prometheus.origin}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; state: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(15);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.filter(({ state }) => state === 'firing')).toEqual([]);
  });
});
