import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { counters, gauges, histograms } from '../../functions/metrics.ts';
import { checkout } from '../../local/folder.ts';
import { program } from '../../local/tools/tools.ts';

const folder = join(checkout, 'deploy/monitoring');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const promtool = (...words: string[]) => execa(program('promtool'), words, { cwd: folder, all: true });

interface Rules {
  groups: {
    rules: { alert: string; expr: string; annotations: Record<string, string>; labels: { severity: string } }[];
  }[];
}

const rules = (parse(read('alerts.yml')) as Rules).groups.flatMap((group) => group.rules);

test('Prometheus takes the scrape configuration, and its rules', async () => {
  expect((await promtool('check', 'config', 'prometheus.yml')).all).toContain(`${rules.length} rules found`);
});

test('it asks the processes that an installation has by default', () => {
  const ports = [...readFileSync(join(checkout, 'deploy/install/options.sh'), 'utf8').matchAll(/\("(\d+) (\d+)"\)/gu)];
  const expected = ports.flatMap(([, first, second]) => [`127.0.0.1:1${first}`, `127.0.0.1:1${second}`]);
  const { scrape_configs: jobs } = parse(read('prometheus.yml')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  const asked = jobs
    .filter(({ job_name: name }) => /^kingbus-(?:http|chat)$/u.test(name))
    .flatMap((job) => job.static_configs.flatMap(({ targets }) => targets));
  expect(expected).toHaveLength(4);
  expect(asked).toEqual(expected);
});

test('each alert fires when it should, and not before', async () => {
  await promtool('test', 'rules', 'alerts.test.yml');
  const { tests } = parse(read('alerts.test.yml')) as {
    tests: { name: string; promql_expr_test: { expr: string; exp_samples?: { labels: string; value: number }[] }[] }[];
  };
  expect(tests.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
  for (const { name, promql_expr_test: looks } of tests) {
    const expr = `count by (alertname) (ALERTS{alertstate="firing", alertname="${name}"})`;
    const [before, then] = looks;
    expect(before).toMatchObject({ expr });
    expect(before).not.toHaveProperty('exp_samples');
    expect(then).toMatchObject({ expr, exp_samples: [{ labels: `{alertname="${name}"}`, value: 1 }] });
  }
});

test('each alert says how bad it is, what is wrong, and what to look at', () => {
  for (const { alert, labels, annotations } of rules) {
    expect(labels.severity, alert).toMatch(/^(?:warning|critical)$/u);
    expect(Object.keys(annotations), alert).toEqual(['summary', 'description']);
  }
});

test('no alert and no panel asks for a number that no process tells', () => {
  const told = new Set([
    ...Object.keys(counters).map((name) => `kingbus_${name}_total`),
    ...Object.keys(histograms).flatMap((name) => ['bucket', 'sum', 'count'].map((part) => `kingbus_${name}_${part}`)),
    ...Object.keys(gauges).map((name) => `kingbus_${name}`),
    'kingbus_build_info',
  ]);
  const asked =
    `${rules.map(({ expr }) => expr).join('\n')}\n${read('grafana-dashboard.json')}`.match(/kingbus_\w+/gu) ?? [];
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !told.has(name))).toEqual([]);
});
