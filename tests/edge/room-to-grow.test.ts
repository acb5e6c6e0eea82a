import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimental_readRawConfig } from 'wrangler';
import { expect, it } from 'vitest';
import { endpoints } from '../../functions/endpoints.ts';
import { build } from '../../local/deploy-edge/build.ts';
import { budget } from '../../local/deploy-edge/deploy.ts';
import { measureStartUp } from '../../local/deploy-edge/start-up.ts';
import { createWrangler } from '../../local/deploy-edge/wrangler.ts';
import { checkout } from '../../local/folder.ts';

/** How many routes more there is to be room for. */
const more = 100;

/** What the platform lets the global scope take, in milliseconds of its own CPU. */
const startUpLimit = 1000;

// A route more is a handler, its statements and its schemas. So all that there are, with all that they need of ours, stand
// in the Worker once more, as often as it takes; only the libraries are there once.
it(`has room for ${more} routes more: in its weight, and in what it does before it serves`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-room-to-grow-'));
  try {
    const copies = Array.from({ length: Math.ceil(more / endpoints.length) }, (_, index) => `copy-${index}`);
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    for (const copy of copies) {
      for (const part of ['functions', 'db', 'schema'])
        cpSync(join(checkout, part), join(folder, copy, part), { recursive: true });
    }
    const config = join(checkout, 'adapters/edge/wrangler.jsonc');
    const { rawConfig } = experimental_readRawConfig({ config });
    writeFileSync(join(folder, 'wrangler.json'), JSON.stringify({ ...rawConfig, main: 'worker.ts' }));
    writeFileSync(join(folder, 'worker.ts'), workerWith(copies));

    const wrangler = createWrangler(new AbortController().signal);
    const words = [`--config=${join(folder, 'wrangler.json')}`, '--env=production'];
    const { bundle, gzipped } = await build(wrangler, words, folder);
    const [startUp = Infinity] = (await measureStartUp(wrangler, { bundle, folder, runs: 3 })).toSorted(
      (a, b) => a - b,
    );
    process.stdout.write(
      `${copies.length * endpoints.length} routes more: ${Math.ceil(gzipped / 1024)} KiB, ${Math.round(startUp)} ms\n`,
    );
    expect(gzipped / 1024).toBeLessThan(budget);
    expect(startUp).toBeLessThan(startUpLimit);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

/** The Worker, and an application more for each copy of its routes. */
function workerWith(copies: string[]): string {
  const worker = JSON.stringify(join(checkout, 'adapters/edge/worker.ts'));
  return [
    `import { OpenAPIHono } from '@hono/zod-openapi';`,
    ...copies.map(
      (copy, index) => `import { endpoints as endpoints${index} } from './${copy}/functions/endpoints.ts';`,
    ),
    `export * from ${worker};`,
    `export { default } from ${worker};`,
    ...copies.map(
      (_, index) =>
        `export const app${index} = new OpenAPIHono(); for (const { mount } of endpoints${index}) mount(app${index});`,
    ),
  ].join('\n');
}
