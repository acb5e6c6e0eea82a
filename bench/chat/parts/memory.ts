import type { Crowd } from '../../support/crowd.ts';
import type { DialectName, Visitor } from '../../support/dialects.ts';
import type { MeasuredProcess } from '../../support/measured-process.ts';
import { createRooms } from '../../support/population.ts';
import type { Stage } from '../../support/stage.ts';
import { decimals, table, whole } from '../../support/table.ts';

/**
 * Memory of a server process for each idle connection: what it holds after a full collection with all of them, less what
 * it held with the first fifth, for each of the other four fifths; by then the process is warm, and what it needs once is
 * in both. The product's connections are authenticated, and each belongs to one room of two.
 */
export async function* measureMemory(stage: Stage, { idle }: { idle: number }): AsyncGenerator<string> {
  const crowd = await stage.startCrowd();
  const rooms = await createRooms(stage, Math.ceil(idle / 2), 2);
  const people = rooms.flatMap(({ members }) => members.map(({ token }) => ({ token, room: 0, listens: true })));
  const strangers = people.map((_, index) => ({ room: index % rooms.length, listens: true }));
  const lines = [
    await measure(crowd, 'KingBus', 'kingbus', await stage.startChat(), people.slice(0, idle)),
    await measure(crowd, 'bare ws', 'bare', await stage.start('bench/chat/rivals/bare.ts'), strangers.slice(0, idle)),
    await measure(
      crowd,
      'Socket.IO 4',
      'socket.io',
      await stage.start('bench/chat/rivals/socket-io.ts', { REDIS_URL: stage.redisUrl }),
      strangers.slice(0, idle),
    ),
  ];
  yield table(
    [`${whole(idle)} idle connections, KiB each`, 'resident', 'V8 heap', 'beside the heap', 'process, MiB'],
    lines,
  );
}

async function measure(
  crowd: Crowd,
  name: string,
  dialect: DialectName,
  process: MeasuredProcess,
  visitors: Visitor[],
): Promise<string[]> {
  const { port } = process;
  const first = Math.floor(visitors.length / 5);
  await crowd.open({ group: 'first', dialect, port, visitors: visitors.slice(0, first) });
  const before = await process.memory();
  await crowd.open({ group: 'others', dialect, port, visitors: visitors.slice(first) });
  const after = await process.memory();
  await crowd.close('first');
  await crowd.close('others');
  await process.stop();
  const each = (some: number, others: number) => decimals((some - others) / (visitors.length - first) / 1024, 1);
  return [
    name,
    each(after.rss, before.rss),
    each(after.heapUsed, before.heapUsed),
    each(after.external, before.external),
    decimals(after.rss / 2 ** 20, 0),
  ];
}
