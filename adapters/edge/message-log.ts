import type { NewMessage } from '../../db/append-messages.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { Log } from '../../functions/ports.ts';
import type { MessageLog } from '../../functions/rooms/message-log.ts';
import type { RoomId } from '../../schema/ids.ts';
import type { Room } from './room.ts';

/** Stubs that are kept at most. */
const remembered = 1_000;

/**
 * The log of each room is its Room object, where whatever waits at the same time shares one transaction, from however many
 * inboxes and requests it comes.
 *
 * @param nameOf names the object that commits: the room's own. The bench asks what it would cost to have one for each sender.
 */
export function createRoomLog(
  rooms: DurableObjectNamespace<Room>,
  log: Log,
  nameOf: (roomId: RoomId, message: NewMessage) => string = (roomId) => roomId,
): MessageLog {
  const stubs = new Map<string, DurableObjectStub<Room>>();
  return {
    async append(roomId, message) {
      // One stub a room: calls on the same one arrive in their order.
      const name = nameOf(roomId, message);
      let stub = stubs.get(name);
      if (stub === undefined) {
        if (stubs.size >= remembered) stubs.clear();
        stubs.set(name, (stub = rooms.getByName(name)));
      }
      let outcome: Awaited<ReturnType<Room['append']>>;
      try {
        outcome = await stub.append(roomId, message);
      } catch (error) {
        if (stubs.get(name) === stub) stubs.delete(name);
        log.warn({ err: error, roomId }, 'a room did not answer: its outcome is not known');
        outcome = { problem: 'unavailable' };
      }
      if ('message' in outcome) return outcome;
      throw new Problem(outcome.problem, outcome.problem === 'unavailable' ? { headers: { 'Retry-After': '1' } } : {});
    },
  };
}
