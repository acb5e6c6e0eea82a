import { createMemoryBus } from '../../../adapters/memory/bus.ts';
import { createNoMetrics } from '../../../adapters/memory/metrics.ts';
import { appendMessages } from '../../../db/append-messages.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { createMessageLog } from '../../../functions/rooms/message-log.ts';
import type { RoomId } from '../../../schema/ids.ts';
import { createRooms } from '../../support/population.ts';
import type { Person, PeopledRoom } from '../../support/population.ts';
import type { Stage } from '../../support/stage.ts';
import { table, times, whole } from '../../support/table.ts';
import { body } from '../../support/message.ts';

/** Fulfilled when the message is durable. */
type Append = (roomId: RoomId, senderId: Person['accountId'], clientId: string) => Promise<void>;

interface AcksOptions {
  seconds: number;
  cycles: number;
}

/**
 * Messages acknowledged as durable (innodb_flush_log_at_trx_commit=1) each second. Every sender sends its next message when
 * the last one is acknowledged. The product's log, with the messages of a room that wait at the same time in one
 * transaction, against the same statements with a transaction for each message: one after another in a room, and rooms side
 * by side as far as the same ten connections go. Both run in the bench's own process, without sockets.
 */
export async function* measureAcks(stage: Stage, { seconds, cycles }: AcksOptions): AsyncGenerator<string> {
  const lines: string[][] = [];
  for (const [roomCount, senders] of [
    [1, 32],
    [1, 256],
    [1000, 32],
    [1000, 256],
  ] as const) {
    const rooms = await createRooms(stage, roomCount, roomCount === 1 ? senders : 2);
    const [together, alone] = [groupCommit(stage), oneByOne(stage)];
    const sums = { together: 0, alone: 0 };
    for (let cycle = 0; cycle <= cycles; cycle++) {
      const measured = [
        await countAcks(rooms, senders, together, cycle === 0 ? 1 : seconds),
        await countAcks(rooms, senders, alone, cycle === 0 ? 1 : seconds),
      ] as const;
      if (cycle === 0) continue;
      sums.together += measured[0];
      sums.alone += measured[1];
    }
    const perSecond = (sum: number) => sum / cycles;
    lines.push([
      `${roomCount === 1 ? 'one room' : `${whole(roomCount)} rooms`}, ${senders} senders`,
      whole(perSecond(sums.together)),
      whole(perSecond(sums.alone)),
      times(sums.together / sums.alone),
    ]);
  }
  yield table(['', 'KingBus, a second', 'a transaction each', 'ratio'], lines);
}

function groupCommit({ db }: Stage): Append {
  const log = { debug() {}, info() {}, warn: console.error, error: console.error };
  const messages = createMessageLog({
    db,
    bus: createMemoryBus(log),
    clock: { now: () => Date.now() },
    log,
    metrics: createNoMetrics(),
  });
  return async (roomId, senderId, clientId) => {
    await messages.append(roomId, { senderId, clientId, kind: 'text', body, targetSeq: null, needsMembership: true });
  };
}

function oneByOne({ db }: Stage): Append {
  const tails = new Map<RoomId, Promise<void>>();
  const append: Append = async (roomId, senderId, clientId) => {
    const message = { senderId, clientId, kind: 'text', body, targetSeq: null, needsMembership: true } as const;
    await transaction(db, (tx) => appendMessages(tx, roomId, [message], new Date().toISOString()));
  };
  return (roomId, senderId, clientId) => {
    const tail = (tails.get(roomId) ?? Promise.resolve()).then(() => append(roomId, senderId, clientId));
    tails.set(roomId, tail);
    return tail;
  };
}

let sent = 0;

async function countAcks(rooms: PeopledRoom[], senders: number, append: Append, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let acknowledged = 0;
  const send = async (sender: number) => {
    for (let turn = 0; performance.now() < end; turn++) {
      const { roomId, members } = rooms[(sender + turn * senders) % rooms.length] as PeopledRoom;
      const { accountId } = members[sender % members.length] as Person;
      await append(roomId, accountId, `ack-${++sent}`);
      acknowledged++;
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  return acknowledged / ((performance.now() - startedAt) / 1000);
}
