// `npm run bench:chat [-- parts] [--flags]`: measures the chat against its targets (docs/chat-performance.md), on private
// servers, in one run.
import { parseArgs } from 'node:util';
import { onStage } from '../support/on-stage.ts';
import type { Stage } from '../support/stage.ts';
import { measureAcks } from './parts/acks.ts';
import { measureDeliveries } from './parts/deliveries.ts';
import { measureLatency, measureThroughput } from './parts/end-to-end.ts';
import { measureHeld } from './parts/held.ts';
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
  held: {
    title: 'What is held in memory, and with what it grows',
    run: measureHeld,
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
await onStage(
  ['mariadb', 'redis', 'caddy'],
  async (stage) => {
    const unknown = wanted.filter((name) => !(name in parts));
    if (unknown.length > 0)
      throw new Error(`no such part: ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);
    for (const name of wanted) {
      const part = parts[name];
      if (part === undefined) continue;
      console.log(part.title);
      for await (const text of part.run(stage)) console.log(`\n${text}`);
      console.log();
      await stage.clear();
    }
  },
  Number(given.nodes),
);
