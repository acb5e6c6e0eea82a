import { clearAttachment } from './attachment.ts';
import { closeLike } from './close-like.ts';
import type { ChatSocket, Frames } from '../../functions/chat/socket.ts';

/**
 * A socket that stays open while its object sleeps. The platform says nothing of what waits in its buffers, so no
 * connection counts as slow here; it ends those that take nothing itself.
 */
export class HibernatingSocket implements ChatSocket {
  readonly #socket: WebSocket;
  readonly #schedule: (time: number | undefined) => void;

  /** @param schedule is given the times of `wakeAt` */
  constructor(socket: WebSocket, schedule: (time: number | undefined) => void) {
    this.#socket = socket;
    this.#schedule = schedule;
  }

  send(text: string): boolean {
    try {
      this.#socket.send(text);
    } catch {
      // A frame for a connection that has just closed is lost like one on the way: the log has it.
    }
    return true;
  }

  sendFrames(frames: Frames): boolean {
    for (const text of frames as readonly string[]) this.send(text);
    return true;
  }

  close(code: number, reason: string): void {
    clearAttachment(this.#socket);
    closeLike(this.#socket, code, reason);
  }

  bufferedBytes(): number {
    return 0;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  wakeAt(time: number | undefined): void {
    this.#schedule(time);
  }
}
