import type { RoomId } from '../../schema/ids.ts';

/** Where a connection is in a room: the sequence it is owed next, and the one that the room's feed is at. */
export interface Place {
  room: RoomId;
  next: number;
  feedNext: number;
}

/** Told of what a process must keep elsewhere if it may forget its connections while they stay open. */
export interface Keeper<Session> {
  /** The connection's principal or its manner of delivery changed. */
  changed(session: Session): void;
  /** Places in this room moved. */
  moved(room: RoomId): void;
}
