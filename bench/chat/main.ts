// `npm run bench:chat [-- parts] [--flags]`: measures the chat against its targets (docs/chat-performance.md), on private
// servers, in one run.
import { parseArgs } from 'node:util';
import { report } from '../../local/command.ts';
import { onStopSignals } from '../../local/signals.ts';
import { requireTools } from '../../local/tools/require.ts';
import { describeMachine } from './support/machine.ts';
import { Stage } from './support/stage.ts';
import { measureAcks } from './parts/acks.ts';
import { measureDeliveries } from './parts/deliveries.ts';
import { measureLatency, measureThroughput } from './parts/end-to-end.ts';
import { measureMemory } from './parts/memory.ts';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sockets: { type: 'string', default: '1000' },
    rooms: { type: 'string', default: '2000' },
    cycles: { type: 'string', default: '4' },
    idle: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    nodes: { type: 'string', default: '1' },
    profile: { type: 'boolean', default: false },
  },
});
const sockets = Number(given.sockets);
const rooms = Number(given.rooms);
const cycles = Number(given.cycles);
const seconds = Number(given.seconds);
const idle = Number(given.idle);

const parts: Record<string, { title: string; run: (stage: Stage) => AsyncGenerator<string> }> = {
  deliveries: {
    title: 'CPU time of the server process for each delivery (target: at most 0.75 × the loop, user)',
    run: (stage) => measureDeliveries(stage, { sockets, rooms, cycles, profile: given.profile }),
  },
  acks: {
    title: 'Durable acknowledgements (target: at least 10 × in one room with 256 senders)',
    run: (stage) => measureAcks(stage, { seconds, cycles: Math.min(cycles, 2) }),
  },
  memory: {
    title: 'Memory of an idle connection (target: at most 16 KiB)',
    run: (stage) => measureMemory(stage, { idle }),
  },
  latency: {
    title: 'End to end over two processes, at half of the rate that they reach',
    run: (stage) => measureLatency(stage, { seconds }),
  },
  throughput: {
    title: 'End to end through Caddy, two processes and Redis, every writer as fast as it is acknowledged',
    run: (stage) => measureThroughput(stage, { seconds }),
  },
};

const wanted = positionals.length > 0 ? positionals : Object.keys(parts);
let stage: Stage | undefined;
onStopSignals({
  first: () => void stage?.strike().then(() => process.exit(130)),
  again: () => process.exit(130),
});

try {
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0)
    throw new Error(`no such part: ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);
  await requireTools(['mariadb', 'redis', 'caddy'], console.error);
  if (given.nodes !== '1') await requireTools(['galera'], console.error);
  stage = await Stage.set(Number(given.nodes));
  console.log(await describeMachine(stage));
  for (const name of wanted) {
    const part = parts[name];
    if (part === undefined) continue;
    console.log(`\n${part.title}`);
    for await (const text of part.run(stage)) console.log(`\n${text}`);
    await stage.clear();
  }
} catch (error) {
  report(error);
  for (const line of stage?.complaints() ?? []) console.error(line);
  process.exitCode = 1;
} finally {
  await stage?.strike();
}
process.exit();
