import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unstable_getDevCompatibilityDate, unstable_readConfig } from 'wrangler';
import { checkout } from '../../local/folder.ts';
import { quietWrangler } from '../../local/wrangler.ts';

/** What a Worker may weigh, gzipped, in KiB. The platform takes ten times as much; a start takes longer with each. */
const budget = 1024;

describe.each(['staging', 'production'])('the Worker for %s', (environment) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-bundle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('builds without a warning, and weighs little', async () => {
    const { all } = await execa(
      'wrangler',
      ['deploy', '--dry-run', `--env=${environment}`, '--config=adapters/edge/wrangler.jsonc', `--outdir=${folder}`],
      {
        cwd: checkout,
        all: true,
        stdin: 'ignore',
        env: { ...quietWrangler(''), XDG_CONFIG_HOME: folder },
        preferLocal: true,
        localDir: checkout,
      },
    );
    expect(all).toContain('--dry-run: exiting now.');
    expect(all).not.toMatch(/warning|error/iu);
    const bundle = readFileSync(join(folder, 'worker.js'));
    const weight = Math.ceil(gzipSync(bundle).byteLength / 1024);
    process.stdout.write(
      `The Worker for ${environment}: ${weight} KiB gzipped of ${budget}, ${Math.ceil(bundle.byteLength / 1024)} KiB as it is.\n`,
    );
    expect(weight).toBeLessThan(budget);
  });
});

it('asks for no behaviour newer than the locked workerd has', () => {
  const { compatibility_date: asked } = unstable_readConfig({ config: join(checkout, 'adapters/edge/wrangler.jsonc') });
  const newest = unstable_getDevCompatibilityDate();
  expect(asked && asked <= newest, `${asked} against ${newest}`).toBe(true);
});
