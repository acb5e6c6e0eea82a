import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { problemWithOutput } from '../problem.ts';
import type { Wrangler } from './wrangler.ts';

const profile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: z.object({ functionName: z.string() }) })),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/**
 * How long the locked workerd needs, on this machine, to compile a bundle and to run its global scope, in milliseconds, in
 * the order of the runs: what V8's profiler saw the isolate work, garbage collection included, waiting left out. The
 * platform's own processors and its own limit decide; this tells one bundle from another.
 */
export async function measureStartUp(
  wrangler: Wrangler,
  { bundle, folder, runs }: { bundle: string; folder: string; runs: number },
): Promise<number[]> {
  const file = join(folder, 'start-up.cpuprofile');
  const measured: number[] = [];
  while (measured.length < runs) {
    const { output, failed } = await wrangler.check(
      ['check', 'startup', `--worker=${bundle}`, `--outfile=${file}`],
      folder,
    );
    if (failed) throw problemWithOutput('The Worker does not start.', output);
    measured.push(activeMs(profile.parse(JSON.parse(readFileSync(file, 'utf8')))));
  }
  return measured;
}

function activeMs({ nodes, samples, timeDeltas }: z.infer<typeof profile>): number {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  const active = timeDeltas.filter((_, index) => !idle.has(samples[index] ?? 0));
  return active.reduce((sum, microseconds) => sum + microseconds, 0) / 1000;
}
