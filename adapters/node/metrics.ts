import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { counters, gauges, histograms } from '../../functions/metrics.ts';
import type { CounterName, HistogramName, Metrics, Reading } from '../../functions/metrics.ts';
import type { Log } from '../../functions/ports.ts';
import { readVersion } from './version.ts';

const secondBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const countBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** The numbers of functions/metrics.ts as Prometheus wants them, `kingbus_` before each, and those of the process. */
export function createMetrics(): { metrics: Metrics; registry: Registry } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  tellBuild(registers);

  const counted = mapped(
    counters,
    (name, { help, labels }) =>
      new Counter({ name: `kingbus_${name}_total`, help, labelNames: [...labels], registers }),
  );
  const observed = mapped(histograms, (name, { help, labels }) => {
    const buckets = name.endsWith('_seconds') ? secondBuckets : countBuckets;
    return new Histogram({ name: `kingbus_${name}`, help, labelNames: [...labels], buckets, registers });
  });
  const metrics: Metrics = {
    count: (name: CounterName, labels: Record<string, string>, by?: number) => counted[name].inc(labels, by),
    observe: (name: HistogramName, labels: Record<string, string>, value: number) =>
      observed[name].observe(labels, value),
    watch(name, read) {
      const { help, labels } = gauges[name];
      const [label] = labels;
      const gauge = new Gauge({
        name: `kingbus_${name}`,
        help,
        labelNames: [...labels],
        registers,
        async collect() {
          set(gauge, label, await read());
        },
      });
    },
  };
  return { metrics, registry };
}

/** `kingbus_build_info`: always 1; its labels say what runs. `commit` is empty where no release says it. */
function tellBuild(registers: Registry[]): void {
  const { version, commit = '' } = readVersion();
  const name = 'kingbus_build_info';
  const help = 'What runs: the version, its commit, and the Node that runs it';
  const labelNames = ['version', 'commit', 'node'];
  new Gauge({ name, help, labelNames, registers }).set({ version, commit, node: process.versions.node }, 1);
}

function set(gauge: Gauge, label: string | undefined, reading: Reading): void {
  if (typeof reading === 'number') return gauge.set(reading);
  for (const [value, count] of Object.entries(reading)) gauge.set({ [label ?? '']: value }, count);
}

function mapped<Name extends string, Described, Made>(
  catalog: Record<Name, Described>,
  make: (name: Name, metric: Described) => Made,
): Record<Name, Made> {
  const entries = Object.entries(catalog) as [Name, Described][];
  return Object.fromEntries(entries.map(([name, metric]) => [name, make(name, metric)])) as Record<Name, Made>;
}

/** `GET /metrics` on an address of its own, which no front forwards to. */
export async function serveMetrics(
  registry: Registry,
  { host, port }: { host: string; port: number },
  log: Log,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => {
        log.warn({ err: error }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  log.info({ address: address.address, port: address.port }, 'metrics');
  return server;
}
