import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { ChatErrorCode } from './frames.ts';
import type { Frames } from './socket.ts';

/** Where the frames of a room go: one connection's way out. */
export interface FrameSink {
  /** Whose connection it is. */
  readonly accountId: AccountId | undefined;
  /** False when the connection has more in its buffer than it should. */
  send(text: string): boolean;
  /** Says what went wrong in a room. */
  sendError(code: ChatErrorCode, about: { room: RoomId; seq?: number }): void;
  /** The same for what many connections get. */
  sendFrames(frames: Frames, count: number): boolean;
  /** Whether more waits in the buffer than should. */
  congested(): boolean;
  /** Resolves when some of it has left, or the connection has ended. */
  drained(): Promise<void>;
}
