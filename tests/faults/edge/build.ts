import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../../local/deploy-edge/build.ts';
import { createWrangler } from '../../../local/deploy-edge/wrangler.ts';
import { checkout } from '../../../local/folder.ts';
import { modulesWithBugs, withBugs } from '../bugs.ts';

const sources = ['adapters', 'db', 'functions', 'schema', 'tests/faults/edge', 'package.json', 'tsconfig.json'];

/**
 * Builds the Worker as it is deployed, but for the door of worker.mjs, with bugs put in where they are wanted.
 *
 * @param stopped ends the build
 * @returns the file of its one module
 */
export async function buildWorker(folder: string, withThem: boolean, stopped: AbortSignal): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const root = withThem ? copyWithBugs(join(folder, 'source')) : checkout;
  const words = [
    join(root, 'tests/faults/edge/worker.mjs'),
    `--config=${join(root, 'adapters/edge/wrangler.jsonc')}`,
    '--env=',
  ];
  await build(createWrangler(stopped), words, folder);
  return join(folder, 'modules/worker.js');
}

/** Bundles know no preloading: bugs are put into a copy of the sources. */
function copyWithBugs(root: string): string {
  for (const each of sources) cpSync(join(checkout, each), join(root, each), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  for (const module of modulesWithBugs) {
    const file = join(root, module);
    writeFileSync(file, withBugs(module, readFileSync(file, 'utf8')));
  }
  return root;
}
