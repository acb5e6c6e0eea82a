// `npm run bench:edge`: what a room object's group commit is worth, and what a message costs in statements, in workerd.
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { checkout } from '../../local/folder.ts';
import { onStage } from '../support/on-stage.ts';
import { createRooms } from '../support/population.ts';
import type { PeopledRoom, Person } from '../support/population.ts';
import type { Stage } from '../support/stage.ts';
import { decimals, table, times, whole } from '../support/table.ts';
import { startBenchWorker } from './worker.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const seconds = Number(values.seconds);

const scenes = [
  ['one room of 32, all of them write', 1, 32],
  ['32 rooms of two, one writes in each', 32, 2],
] as const;

const variants: [string, Record<string, string>][] = [
  ['a room object commits', {}],
  ["each sender's own object commits", { './message-log.ts': join(checkout, 'bench/edge/log-per-sender.ts') }],
];

interface Measured {
  acks: number;
  commits: number;
  statements: number;
}

let sent = 0;

await onStage(['mariadb', 'redis'], async (stage) => {
  const measured = new Map<string, Measured[]>();
  for (const [, alias] of variants) {
    const worker = await startBenchWorker(stage, alias);
    try {
      for (const [scene, count, size] of scenes) {
        const rooms = await createRooms(stage, count, size);
        measured.set(scene, [...(measured.get(scene) ?? []), await converse(stage, worker.url, rooms)]);
      }
    } finally {
      await worker.stop();
    }
  }
  const lines = [...measured].flatMap(([scene, [room, sender]]) =>
    room && sender
      ? variants.map(([variant], index) => {
          const { acks, commits, statements } = index === 0 ? room : sender;
          return [
            index === 0 ? scene : '',
            variant,
            whole(acks / seconds),
            times(acks / sender.acks),
            decimals(commits / acks),
            decimals(statements / acks),
          ];
        })
      : [],
  );
  console.log(table(['', '', 'acks a second', 'ratio', 'commits a message', 'statements a message'], lines));
});

/** In a room of two the first writes; in a larger one everybody. Each sends its next message when the last is acknowledged. */
async function converse(stage: Stage, url: string, rooms: PeopledRoom[]): Promise<Measured> {
  const clients = await Promise.all(
    rooms.flatMap(({ roomId, members }) =>
      members.map(async (member, index) => ({
        roomId,
        writes: members.length > 2 || index === 0,
        socket: await open(url, member),
      })),
    ),
  );
  const writers = clients.filter(({ writes }) => writes);
  // Once around before it counts.
  await Promise.all(writers.map(({ socket, roomId }) => write(socket, roomId)));
  const before = await counters(stage);
  const end = performance.now() + seconds * 1000;
  let acks = 0;
  await Promise.all(
    writers.map(async ({ socket, roomId }) => {
      for (; performance.now() < end; acks++) await write(socket, roomId);
    }),
  );
  const after = await counters(stage);
  for (const { socket } of clients) socket.terminate();
  return { acks, commits: after.commits - before.commits, statements: after.statements - before.statements };
}

async function open(url: string, { token }: Person): Promise<WebSocket> {
  const socket = new WebSocket(url, ['kingbus.v1', `bearer.${token}`]);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', () => resolve());
  });
  socket.send('{"type":"sync"}');
  return socket;
}

function write(socket: WebSocket, room: string): Promise<void> {
  const id = `bench-${++sent}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const hear = (data: Buffer) => {
    const text = data.toString();
    if (!text.includes(`"id":"${id}"`) || text.startsWith('{"type":"message"')) return;
    socket.off('message', hear);
    if (text.startsWith('{"type":"ack"')) resolve();
    else reject(new Error(text));
  };
  socket.on('message', hear);
  socket.send(JSON.stringify({ type: 'send', id, room, body: '서부역 승강장에서 아침 7시에 뵙겠습니다.' }));
  return promise;
}

async function counters({ db }: Stage): Promise<{ commits: number; statements: number }> {
  const [rows] = (await db.execute(
    sql`show global status where variable_name in ('Com_commit', 'Questions')`,
  )) as unknown as [{ Variable_name: string; Value: string }[]];
  const value = (name: string) => Number(rows.find((row) => row.Variable_name === name)?.Value);
  return { commits: value('Com_commit'), statements: value('Questions') };
}
