import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';

/** One function's own share of the samples, where it is written. */
export interface ProfileLine {
  share: number;
  name: string;
  place: string;
}

/** Starts V8's sampling profiler in this process. The result stops it, and gives the functions that took most time. */
export async function startProfile(): Promise<() => Promise<ProfileLine[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return ownTimes(profile);
  };
}

function ownTimes({ nodes, samples = [] }: Profiler.Profile): ProfileLine[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const hits = new Map<string, number>();
  let busy = 0;
  for (const id of samples) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    busy++;
    const key = `${frame.functionName || '(anonymous)'}\t${shortened(frame.url)}:${frame.lineNumber + 1}`;
    hits.set(key, (hits.get(key) ?? 0) + 1);
  }
  return [...hits]
    .toSorted(([, some], [, others]) => others - some)
    .slice(0, 30)
    .map(([key, count]) => {
      const [name = '', place = ''] = key.split('\t');
      return { share: count / busy, name, place };
    });
}

function shortened(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.replace(/^.*\/node_modules\//u, '').replace(`${process.cwd()}/`, '');
}
