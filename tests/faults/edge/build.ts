import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../../local/deploy-edge/build.ts';
import { createWrangler } from '../../../local/deploy-edge/wrangler.ts';
import { checkout } from '../../../local/folder.ts';
import { bugNamed, withBug } from '../bugs.ts';

const sources = ['adapters', 'db', 'functions', 'schema', 'tests/faults/edge', 'package.json', 'tsconfig.json'];

/**
 * Builds the Worker as it is deployed, but for the door of worker.mjs, with a bug put in where one is named.
 *
 * @param stopped ends the build
 * @returns the file of its one module
 */
export async function buildWorker(folder: string, bug: string | undefined, stopped: AbortSignal): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const root = bug === undefined ? checkout : copyWithBug(join(folder, 'source'), bug);
  const words = [
    join(root, 'tests/faults/edge/worker.mjs'),
    `--config=${join(root, 'adapters/edge/wrangler.jsonc')}`,
    '--env=',
  ];
  await build(createWrangler(stopped), words, folder);
  return join(folder, 'modules/worker.js');
}

/** Bundles know no preloading: the bug is put into a copy of the sources. */
function copyWithBug(root: string, name: string): string {
  for (const each of sources) cpSync(join(checkout, each), join(root, each), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  const bug = bugNamed(name);
  const file = join(root, bug.module);
  writeFileSync(file, withBug(bug, readFileSync(file, 'utf8')));
  return root;
}
