import type { RoomId } from '../../schema/ids.ts';

/** Where a connection is in a room: the sequence that it gets next, and the one that the room's feed is at. */
export interface RoomCursor {
  room: RoomId;
  next: number;
  feedNext: number;
}
