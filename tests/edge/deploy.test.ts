import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everywhere } from '../support/everywhere.ts';
import { deployEdge } from '../../local/deploy-edge/deploy.ts';
import { readOptions } from '../../local/deploy-edge/options.ts';
import type { Wrangler } from '../../local/deploy-edge/wrangler.ts';
import { edgeTypes, edgeTypesFile } from '../../local/edge-types.ts';
import { checkout } from '../../local/folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-deploy-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const environments = ['production', 'staging'];

// Each takes ten seconds; what every run builds once is the Worker that its tests start.
it.runIf(everywhere)(
  'the Worker can be deployed: it builds without a warning for every environment, within its budget',
  async () => {
    const { exitCode, all } = await execa(process.execPath, ['local/deploy-edge.ts', '--dry-run'], {
      cwd: checkout,
      all: true,
      reject: false,
      stdin: 'ignore',
    });
    process.stdout.write(`${all}\n`);
    expect(exitCode, all).toBe(0);
    for (const name of environments) expect(all).toMatch(new RegExp(`for ${name} .*\n.*\\d KiB gzipped`, 'u'));
  },
  180_000,
);

it("the types of the Worker's bindings are those of wrangler.jsonc (npm run edge:types)", async () => {
  expect(await edgeTypes()).toBe(readFileSync(join(checkout, edgeTypesFile), 'utf8'));
});

describe('a deployment', () => {
  it('checks, then leaves the rest to wrangler, words and exit code', async () => {
    const wrangler = new RecordedWrangler();
    wrangler.exitCode = 7;
    const configFile = writeConfig();
    expect(await deploy('--env production --secrets-file secrets.json --message again', { configFile, wrangler })).toBe(
      7,
    );
    expect(wrangler.calls.map((words) => words.slice(0, 2).join(' '))).toEqual([
      'deploy --dry-run',
      'check startup',
      'check startup',
      'check startup',
      `deploy --config=${configFile}`,
    ]);
    const words = ['deploy', `--config=${configFile}`, '--env=production'];
    expect(wrangler.calls.at(-1)).toEqual([...words, '--secrets-file=secrets.json', '--message=again']);
    expect(wrangler.calls.slice(0, -1).join()).not.toContain('secrets.json');
  });

  it.each([
    [
      'the zeros of an id',
      { hyperdrive: [{ binding: 'HYPERDRIVE', id: '0'.repeat(32) }] },
      'wrangler hyperdrive create',
    ],
    ['an address of ours', { vars: { KINGBUS_PUBLIC_ORIGIN: 'https://kingbus.example' } }, 'write the address'],
    [
      'a route of ours',
      { routes: [{ pattern: 'kingbus.example', custom_domain: true }] },
      'the route is kingbus.example',
    ],
  ])('is refused before wrangler is called, for %s', async (_, placeholder, advice) => {
    const wrangler = new RecordedWrangler();
    const configFile = writeConfig({ production: placeholder });
    await expect(deploy('--env production', { configFile, wrangler })).rejects.toThrow(advice);
    expect(wrangler.calls).toEqual([]);
  });

  it.each([
    [
      'a binding that one environment forgot',
      { durable_objects: { bindings: [] } },
      /production does not name .* ROOM/u,
    ],
    ['a variable that one environment forgot', { vars: {} }, /production does not name .* KINGBUS_PUBLIC_ORIGIN/u],
    [
      'a class without a migration',
      { durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Hall' }] } },
      /binds the class Hall, which no migration makes/u,
    ],
    ['a date that the locked workerd does not know', { compatibility_date: '2999-01-01' }, /behaviour of 2999-01-01/u],
  ])('is refused for %s', async (_, mistake, finding) => {
    const wrangler = new RecordedWrangler();
    const configFile = writeConfig({ production: mistake });
    await expect(deploy('--env production', { configFile, wrangler })).rejects.toThrow(finding);
    expect(wrangler.calls).toEqual([]);
  });

  it('is refused for a Worker over its budget, and for one that wrangler warns of', async () => {
    const configFile = writeConfig();
    const heavy = new RecordedWrangler();
    await expect(deploy('--env production', { configFile, wrangler: heavy, budget: 0 })).rejects.toThrow(
      'weighs 1 KiB gzipped; its budget is 0',
    );
    const doubtful = new RecordedWrangler();
    doubtful.output = '▲ [WARNING] Something is not as it should be.';
    await expect(deploy('--env production', { configFile, wrangler: doubtful })).rejects.toThrow(doubtful.output);
    for (const { calls } of [heavy, doubtful]) expect(calls).toHaveLength(1);
  });

  it('names its environment, one that there is', async () => {
    expect(() => readOptions([])).toThrow('name it');
    expect(() => readOptions(['--env', 'production', '--minify'])).toThrow("Unknown option '--minify'");
    const surroundings = { configFile: writeConfig(), wrangler: new RecordedWrangler() };
    await expect(deploy('--env moon', surroundings)).rejects.toThrow(
      'no environment moon: wrangler.jsonc has production.',
    );
  });
});

describe('the public origin', () => {
  it.each<[what: string, environment: object, served: boolean]>([
    ['a custom domain', { routes: [{ pattern: 'bus.test', custom_domain: true }] }, true],
    ['a custom domain of another name', { routes: [{ pattern: 'www.bus.test', custom_domain: true }] }, false],
    ['no route', { routes: [] }, false],
    ['a route of all paths', { routes: ['bus.test/*'] }, true],
    ['the one route, with a scheme', { routes: undefined, route: 'https://bus.test/*' }, true],
    ['a route of any name', { routes: ['*bus.test/*'] }, true],
    ['a route of names below', { routes: ['*.bus.test/*'] }, false],
    ['a route of some paths', { routes: ['bus.test/api/*'] }, false],
    ['one of several routes', { routes: ['a.test/*', { pattern: 'bus.test/*', zone_name: 'bus.test' }] }, true],
    [
      'the platform’s own name',
      { routes: [], workers_dev: true, vars: { KINGBUS_PUBLIC_ORIGIN: 'https://kingbus.me.workers.dev' } },
      true,
    ],
    ['the platform’s own name for another', { routes: [], workers_dev: true }, false],
  ])('is served, or nothing is deployed: %s', async (_what, production, served) => {
    const wrangler = new RecordedWrangler();
    const deploying = deploy('--env production', { configFile: writeConfig({ production }), wrangler });
    if (served) expect(await deploying).toBe(0);
    else await expect(deploying).rejects.toThrow('no route serves KINGBUS_PUBLIC_ORIGIN, https://bus.test');
    expect(wrangler.calls.length > 0).toBe(served);
  });
});

function deploy(words: string, surroundings: { configFile: string; wrangler: Wrangler; budget?: number }) {
  return deployEdge(readOptions(words.split(' ')), { ...surroundings, say() {} });
}

/** A wrangler.jsonc without a mistake, but for what its production says otherwise. */
function writeConfig({ production = {} }: { production?: object } = {}): string {
  const bindings = {
    vars: { KINGBUS_PUBLIC_ORIGIN: 'https://bus.test' },
    routes: [{ pattern: 'bus.test', custom_domain: true }],
    hyperdrive: [{ binding: 'HYPERDRIVE', id: '4'.repeat(32) }],
    durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
  };
  const config = {
    name: 'kingbus',
    main: 'worker.js',
    compatibility_date: '2026-11-02',
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
    ...bindings,
    env: { production: { ...bindings, ...production } },
  };
  const file = join(folder, 'wrangler.jsonc');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Stands for wrangler where what it does is not the point. It builds a small Worker, and knows no account. */
class RecordedWrangler implements Wrangler {
  readonly calls: string[][] = [];
  output = '';
  exitCode = 0;

  check(words: string[]) {
    this.calls.push(words);
    const option = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
    if (words[0] === 'check') {
      const profile = { nodes: [{ id: 1, callFrame: { functionName: 'main' } }], samples: [1], timeDeltas: [2_000] };
      writeFileSync(option('outfile'), JSON.stringify(profile));
    } else {
      mkdirSync(option('outdir'));
      writeFileSync(join(option('outdir'), 'worker.js'), 'export default {};');
    }
    return Promise.resolve({ output: this.output, failed: false });
  }

  deploy(words: string[]) {
    this.calls.push(words);
    return Promise.resolve(this.exitCode);
  }
}
