import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** What every runtime that we aim at has under the same name (docs/architecture.md); today nothing needs even this. */
const allowed = new Set(['node:async_hooks']);

/** Belongs to an adapter, wherever it is imported from. */
const foreign =
  /^(?:adapters\/|db\/connect\.ts$|node_modules\/(?:mysql2|ioredis|ws|pino|rate-limiter-flexible|@hono\/node-server)\/)/u;

const leaveBuiltins: Plugin = {
  name: 'leave-builtins',
  setup({ onResolve }) {
    onResolve({ filter: /^[\w:/]+$/ }, ({ path }) =>
      isBuiltin(path) || path.includes(':') ? { path, external: true } : null,
    );
  },
};

/** Bundles modules for a runtime of which nothing is known. */
async function bundle(entryPoints: string[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints,
    outdir: 'nowhere',
    write: false,
    bundle: true,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    plugins: [leaveBuiltins],
    logLevel: 'silent',
  });
  return metafile;
}

/** Each module that one of the entries reaches and `forbidden` names, at the end of the imports that lead to it. */
function chains({ inputs }: Metafile, entries: string[], forbidden: (path: string) => boolean): string[] {
  const reached = new Map<string, string[]>(entries.map((entry) => [entry, [entry]]));
  for (const [path, chain] of reached) {
    for (const { path: next } of inputs[path]?.imports ?? []) {
      if (!reached.has(next)) reached.set(next, [...chain, next]);
    }
  }
  return [...reached].filter(([path]) => forbidden(path)).map(([, chain]) => chain.join('\n  -> '));
}

const builtin = (path: string): boolean => (isBuiltin(path) || path.includes(':')) && !allowed.has(path);

describe('the portable part', () => {
  const entries = globSync('{functions,schema}/**/*.ts', { cwd: checkout }).map((path) => path.replaceAll('\\', '/'));

  it('reaches no built-in module of a runtime', async () => {
    expect(chains(await bundle(entries), entries, builtin)).toEqual([]);
  });

  it('reaches no database driver, server, or adapter', async () => {
    expect(chains(await bundle(entries), entries, (path) => foreign.test(path))).toEqual([]);
  });

  it('would be found out, with the imports that lead there', async () => {
    const node = ['adapters/node/migrate.ts'];
    const found = chains(await bundle(node), node, builtin);
    expect(found).toContain('adapters/node/migrate.ts\n  -> adapters/node/migrate-database.ts\n  -> node:url');
  });
});
