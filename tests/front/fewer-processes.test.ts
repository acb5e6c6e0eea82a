import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApache } from '../../local/servers/apache.ts';
import type { Front } from '../../local/servers/front.ts';
import { startStandIn } from './stand-ins.ts';
import type { StandIn } from './stand-ins.ts';

let folder: string;
let front: Front;
let processes: [StandIn, StandIn];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-front-'));
  processes = [await startStandIn('first'), await startStandIn('second')];
  const upstreams = processes.map(({ address }) => address);
  front = await startApache({ folder, httpUpstreams: upstreams, chatUpstreams: upstreams });
});
afterAll(async () => {
  await front.stop();
  await Promise.all(processes.map((each) => each.crash()));
  rmSync(folder, { recursive: true });
});

/** What Apache's files say, with something of it changed; it reads them anew. */
function change(from: RegExp): void {
  for (const name of ['httpd.conf', 'processes.conf']) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, ''));
  }
  process.kill(Number(readFileSync(join(folder, 'httpd.pid'), 'utf8')), 'SIGUSR1');
}

const ask = async (): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${front.port}/v1/me`, { headers: { connection: 'close' } });
  const answer = (await response.json()) as { by?: string };
  return `${response.status} ${answer.by ?? ''}`;
};

test('Apache that is left one process asks it no longer how it is: what comes while it restarts waits', async () => {
  const [first, second] = processes;
  await expect
    .poll(async () => new Set(await Promise.all(Array.from({ length: 6 }, ask))))
    .toEqual(new Set(['200 first', '200 second']));
  change(new RegExp(`.*(?:KINGBUS_SEVERAL_|${second.address}).*\n`, 'gu'));
  await expect
    .poll(async () => [...new Set(await Promise.all(Array.from({ length: 6 }, ask)))], { timeout: 20_000 })
    .toEqual(['200 first']);
  // As a process that restarts says: whoever looks once a second has seen it well within these.
  first.ready = false;
  for (let index = 0; index < 30; index++) {
    expect(await ask()).toBe('200 first');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
