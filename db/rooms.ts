import type { AccountId, OrderId, RoomId } from '../schema/ids.ts';
import { roomMembers, rooms } from '../schema/rooms.ts';
import type { Database } from './client.ts';

/** Opens a room with its members. Inside a transaction. */
export async function insertRoom(
  tx: Database,
  room: { id: RoomId; orderId: OrderId; createdAt: string },
  memberIds: AccountId[],
): Promise<void> {
  await tx.insert(rooms).values(room);
  await tx.insert(roomMembers).values(
    memberIds.map((accountId) => ({
      roomId: room.id,
      accountId,
      joinedAt: room.createdAt,
      activeAt: room.createdAt,
    })),
  );
}
