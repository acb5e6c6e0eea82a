import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { execa } from 'execa';
import { describe, expect, it, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** Belongs to an adapter, wherever it is imported from. */
const foreign =
  /^(?:adapters\/|db\/engine\/connect(?:ion-pool)?\.ts$|node_modules\/(?:mysql2|ioredis|ws|pino|rate-limiter-flexible|@hono\/node-server|@opentelemetry)\/)/u;

/** Every runtime that has MariaDB's protocol supplies what these need; `connect()` is called by adapters alone. */
const driver = /-> node_modules\/(?:mysql2|drizzle-orm\/mysql2)\//u;

const leaveBuiltins: Plugin = {
  name: 'leave-builtins',
  setup({ onResolve }) {
    onResolve({ filter: /^[\w:/]+$/ }, ({ path }) =>
      isBuiltin(path) || path.includes(':') ? { path, external: true } : null,
    );
  },
};

/** Bundles modules for a runtime of which nothing is known. */
async function bundle(entries: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Metafile> {
  const { metafile } = await build({
    ...entries,
    absWorkingDir: checkout,
    outdir: 'nowhere',
    write: false,
    bundle: true,
    metafile: true,
    // What several of them reach is linked once.
    splitting: true,
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

const builtin = (path: string): boolean => isBuiltin(path) || path.includes(':');

const modulesIn = (folders: string): string[] =>
  globSync(`${folders}/**/*.ts`, { cwd: checkout }).map((path) => path.replaceAll('\\', '/'));

describe('the portable part', () => {
  const entries = modulesIn('{functions,schema}');
  const bundled = bundle({ entryPoints: entries });

  it('reaches no built-in module of a runtime', async () => {
    expect(chains(await bundled, entries, builtin)).toEqual([]);
  });

  it('reaches no database driver, server, or adapter', async () => {
    expect(chains(await bundled, entries, (path) => foreign.test(path))).toEqual([]);
  });

  it('reaches one in db/ through the driver and the part of Drizzle on it alone', async () => {
    const statements = modulesIn('db');
    const found = chains(await bundle({ entryPoints: statements }), statements, builtin);
    expect(found.filter((chain) => !driver.test(chain))).toEqual([]);
  });
});

test('the parts can be imported in any order: what describes a field for HTTP needs none that came before', async () => {
  const first = ['functions/text/text-fields.ts', 'functions/chat/frames.ts', 'functions/events/catalogue.ts'];
  const order = [...first, 'functions/app.ts'].map((path) => `import ${JSON.stringify(join(checkout, path))};`);
  await execa(process.execPath, ['--input-type=module', '--eval', order.join('\n')]);
});

describe('an import of a built-in module', () => {
  it('is found with the imports that lead there', async () => {
    const entryPoints = ['adapters/node/cli/migrate.ts'];
    const found = chains(await bundle({ entryPoints }), entryPoints, builtin);
    expect(found).toContain('adapters/node/cli/migrate.ts\n  -> adapters/node/migrate-database.ts\n  -> node:url');
  });

  it.each([
    ["import { readFileSync } from 'node:fs'; readFileSync('a');", 'node:fs'],
    ["import { readFile } from 'node:fs/promises'; await readFile('a');", 'node:fs/promises'],
    ["import { readFileSync } from 'fs'; readFileSync('a');", 'fs'],
    ["import 'process';", 'process'],
    ["export { sep } from 'path/posix';", 'path/posix'],
    ["export const late = await import('node:os');", 'node:os'],
    ["import { Database } from 'bun:sqlite'; new Database();", 'bun:sqlite'],
    ["import { env } from 'cloudflare:workers'; env.TOKEN;", 'cloudflare:workers'],
  ])('is found however it is written: %s', async (contents, module) => {
    const metafile = await bundle({ stdin: { contents, resolveDir: checkout } });
    expect(chains(metafile, ['<stdin>'], builtin)).toEqual([`<stdin>\n  -> ${module}`]);
  });
});
