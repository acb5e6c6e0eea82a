import type { NewMessage } from '../../db/append-messages.ts';
import type { Database } from '../../db/engine/client.ts';
import { findWriter } from '../../db/rooms.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { Log, MessageLog } from '../../functions/ports.ts';
import { expectWriter } from '../../functions/rooms/expect-writer.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { RoomCalls } from './objects.ts';
import { StubCache } from './stub-cache.ts';

export interface RoomLogOptions {
  rooms: DurableObjectNamespace<RoomCalls>;
  db: Database;
  log: Log;
  /** Whether the sender is known to belong to the room; else MariaDB is asked, so that no made-up id makes an object. */
  isMember?: (roomId: RoomId) => boolean;
  /** Names the object that commits: the room's own. The bench asks what it would cost to have one for each sender. */
  nameOf?: (roomId: RoomId, message: NewMessage) => string;
}

/**
 * The log of each room is its Room object, where whatever waits at the same time shares one transaction, from however many
 * inboxes and requests it comes.
 */
export function createRoomLog({
  rooms,
  db,
  log,
  isMember = () => false,
  nameOf = (roomId) => roomId,
}: RoomLogOptions): MessageLog {
  const stubs = new StubCache(rooms);
  const asking = new Map<string, ReturnType<typeof findWriter>>();

  /** Messages that wait for the same answer go on in their order. */
  async function expectMember(roomId: RoomId, accountId: AccountId): Promise<void> {
    const key = `${roomId} ${accountId}`;
    let asked = asking.get(key);
    if (asked === undefined) {
      asked = findWriter(db, roomId, accountId).finally(() => asking.delete(key));
      asking.set(key, asked);
    }
    expectWriter(await asked);
  }

  return {
    async append(roomId, message) {
      if (message.needsMembership && !isMember(roomId)) await expectMember(roomId, message.senderId);
      const name = nameOf(roomId, message);
      const stub = stubs.of(name);
      let outcome: Awaited<ReturnType<RoomCalls['append']>>;
      try {
        outcome = await stub.append(roomId, message);
      } catch (error) {
        stubs.discard(name, stub);
        log.warn({ err: error, roomId }, 'a room did not answer: its outcome is not known');
        outcome = { problem: 'unavailable' };
      }
      if ('message' in outcome) return outcome;
      throw new Problem(outcome.problem, outcome.problem === 'unavailable' ? { headers: { 'Retry-After': '1' } } : {});
    },
  };
}
