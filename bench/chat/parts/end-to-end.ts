import { Conversation, percentile } from '../../support/conversation.ts';
import type { Figures } from '../../support/conversation.ts';
import { createRooms } from '../../support/population.ts';
import type { Stage } from '../../support/stage.ts';
import { decimals, table, whole } from '../../support/table.ts';

interface Scene {
  name: string;
  rooms: number;
  size: number;
  writers: number;
  listeners: number;
}

const scenes: Scene[] = [
  { name: 'one room, 256 write, 2 listen', rooms: 1, size: 256, writers: 256, listeners: 2 },
  { name: '256 rooms of 2, one writes, both listen', rooms: 256, size: 2, writers: 1, listeners: 2 },
];

/**
 * Milliseconds from a client's `send` to its acknowledgement and to its arrival at a listener, at half of the rate that
 * two chat processes reach. Connections alternate between the processes, so that half of the arrivals pass through Redis.
 */
export async function* measureLatency(stage: Stage, { seconds }: { seconds: number }): AsyncGenerator<string> {
  const lines: string[][] = [];
  for (const scene of scenes) {
    const ports = [(await stage.startChat()).port, (await stage.startChat()).port];
    const conversation = await enter(stage, scene, (index) => ports[index % 2] as number);
    await conversation.saturate(2);
    const most = await conversation.saturate(seconds);
    const rate = Math.max(1, Math.round(most.acknowledged / 2));
    const { untilAcknowledged, untilDelivered } = await conversation.keepPace(rate, seconds);
    const both = [0.5, 0.99].flatMap((share) => [
      decimals(percentile(untilAcknowledged, share), 1),
      decimals(percentile(untilDelivered, share), 1),
    ]);
    lines.push([scene.name, whole(rate), ...both]);
    conversation.close();
    await stage.clear();
  }
  yield table(['', 'messages/s', 'ack p50 ms', 'arrival p50', 'ack p99', 'arrival p99'], lines);
}

/** Messages a second from client to client: Caddy in front, two chat processes, Redis between them, MariaDB beneath. */
export async function* measureThroughput(stage: Stage, { seconds }: { seconds: number }): AsyncGenerator<string> {
  const lines: string[][] = [];
  for (const scene of scenes) {
    const chats = [await stage.startChat(), await stage.startChat()];
    const front = await stage.startCaddy(chats);
    const conversation = await enter(stage, scene, () => front.port);
    await conversation.saturate(2);
    const before = await Promise.all(chats.map((chat) => chat.usage()));
    const most: Figures = await conversation.saturate(seconds);
    const after = await Promise.all(chats.map((chat) => chat.usage()));
    const busy = after.map(({ user, system }, index) => {
      const earlier = before[index] ?? { user: 0, system: 0 };
      return `${Math.round((user + system - earlier.user - earlier.system) / seconds / 1e4)} %`;
    });
    const times = [percentile(most.untilDelivered, 0.5), percentile(most.untilDelivered, 0.99)];
    lines.push([
      scene.name,
      whole(most.acknowledged),
      whole(most.delivered),
      ...times.map((time) => decimals(time, 1)),
      busy.join(' + '),
    ]);
    conversation.close();
    await stage.clear();
  }
  yield table(['', 'messages/s', 'deliveries/s', 'arrival p50 ms', 'p99', 'CPU of the processes'], lines);
}

async function enter(
  stage: Stage,
  { rooms, size, writers, listeners }: Scene,
  portOf: (index: number) => number,
): Promise<Conversation> {
  return Conversation.open({ rooms: await createRooms(stage, rooms, size), writers, listeners, portOf });
}
