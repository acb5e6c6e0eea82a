// `npm run bench:start`: how long a process takes from its start until it listens: as a release has it, in one file, and as a checkout has
// it, module by module.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout } from '../../local/folder.ts';
import { inheritedEnvironment } from '../../local/inherited-environment.ts';
import { bundlePrograms } from '../../local/release/bundle.ts';
import { endingWithUs } from '../../local/servers/leftovers.ts';
import { onStage } from '../support/on-stage.ts';
import type { Stage } from '../support/stage.ts';
import { table, whole } from '../support/table.ts';

const starts = 7;
/** Of the clock by which Linux counts a process's time. */
const msOfTick = 10;

await onStage(['mariadb', 'redis'], async (stage) => {
  const released = join(stage.folder, 'released');
  mkdirSync(released);
  for (const part of ['adapters', 'client', 'db', 'functions', 'schema', 'package.json']) {
    cpSync(join(checkout, part), join(released, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(released, 'node_modules'));
  await bundlePrograms(released);
  const rows: string[][] = [];
  for (const name of ['http', 'chat']) {
    const [one, many] = [await measure(stage, released, name), await measure(stage, checkout, name)];
    rows.push([`${name} process`, whole(one.cpu), whole(one.time), whole(many.cpu), whole(many.time)]);
  }
  console.log(table(['ms until it listens', 'in one file: CPU', 'time', 'module by module: CPU', 'time'], rows));
});

interface Start {
  cpu: number;
  time: number;
}

/** The median of several starts, after two that compile. */
async function measure(stage: Stage, tree: string, name: string): Promise<Start> {
  const all: Start[] = [];
  for (let index = 0; index < starts + 2; index++) all.push(await start(stage, tree, name));
  const median = (key: keyof Start) => all.slice(2).toSorted((one, other) => one[key] - other[key])[starts >> 1]?.[key];
  return { cpu: median('cpu') ?? Number.NaN, time: median('time') ?? Number.NaN };
}

async function start(stage: Stage, tree: string, name: string): Promise<Start> {
  const began = performance.now();
  const child = spawn(...endingWithUs(process.execPath, [`adapters/node/${name}.ts`]), {
    cwd: tree,
    env: {
      ...inheritedEnvironment(),
      ...stage.productSettings,
      NODE_COMPILE_CACHE: join(stage.folder, 'compiled'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let result: Start | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"listening"')) continue;
    const { pid } = JSON.parse(line) as { pid: number };
    result = { time: performance.now() - began, cpu: cpuOf(pid) };
    break;
  }
  child.kill('SIGKILL');
  await ended;
  if (result === undefined) throw new Error(`the ${name} process did not start`);
  return result;
}

/** Milliseconds of CPU that a process took so far, of the user and of the system (proc(5)). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * msOfTick;
}
