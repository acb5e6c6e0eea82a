import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

const edge = 'adapters/edge/worker.ts';
const onNode = (name: string) => `adapters/node/start/${name}.ts`;
const names = ['http', 'chat', 'single'];

const built = build({
  entryPoints: [...names.map(onNode), edge],
  absWorkingDir: checkout,
  outdir: 'nowhere',
  write: false,
  bundle: true,
  // What several of them reach is linked once.
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  logLevel: 'silent',
  external: ['cloudflare:*', '@node-rs/argon2'],
});

/** What a module loads as soon as it is loaded, and what it loads only where it asks for it. */
async function importsOf(entry: string): Promise<{ atOnce: string[]; onDemand: string[] }> {
  const { metafile } = await built;
  const reach = (kinds: RegExp): string[] => {
    const reached = new Set([entry]);
    for (const path of reached) {
      for (const { path: next, kind } of metafile.inputs[path]?.imports ?? []) if (kinds.test(kind)) reached.add(next);
    }
    return [...reached];
  };
  const atOnce = reach(/^(?:import-statement|require-call)$/u);
  return { atOnce, onDemand: reach(/./u).filter((path) => !atOnce.includes(path)) };
}

/** All but the interfaces, which prom-client loads. */
const ofTelemetry = (path: string): boolean => /@opentelemetry\/(?!api\/)/u.test(path);

test.each(names)('%s loads OpenTelemetry only where tracing is on', async (name) => {
  const { atOnce, onDemand } = await importsOf(onNode(name));
  expect(atOnce.filter(ofTelemetry)).toEqual([]);
  expect(onDemand.filter(ofTelemetry)).not.toEqual([]);
});

test('the edge has nothing of it', async () => {
  const { atOnce, onDemand } = await importsOf(edge);
  expect([...atOnce, ...onDemand].filter(ofTelemetry)).toEqual([]);
});
