import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { Ports } from '../ports.ts';
import type { BodyReason } from './body-reasons.ts';
import type { FrameSink } from './frame-sink.ts';
import type { ChatErrorCode, ServerFrame } from './frames.ts';
import { limits } from './limits.ts';
import type { ChatSocket, Frames } from './socket.ts';

/** What an error frame is about. */
export interface About {
  id?: string | undefined;
  room?: RoomId | undefined;
  /** Of `invalid_body`. */
  reason?: BodyReason;
  /** Of `beyond_head`: the head. */
  seq?: number;
  retryAfter?: number;
}

/** What goes out to one client, and what happens where it takes too little of it. */
export class Outbound implements FrameSink {
  /** Whose connection it is, once that is known. */
  accountId: AccountId | undefined;
  /** Frames that were sent. */
  count = 0;
  readonly #ports: Pick<Ports, 'metrics' | 'settings'>;
  readonly #socket: ChatSocket;
  readonly #onSlow: (reason: string) => void;
  #draining: Promise<void> | undefined;
  #isClosed = false;

  /** @param onSlow ends a connection that takes too little */
  constructor(ports: Pick<Ports, 'metrics' | 'settings'>, socket: ChatSocket, onSlow: (reason: string) => void) {
    this.#ports = ports;
    this.#socket = socket;
    this.#onSlow = onSlow;
  }

  send(text: string): boolean {
    this.count++;
    return this.#socket.send(text) || !this.congested();
  }

  sendFrames(frames: Frames, count: number): boolean {
    this.count += count;
    return this.#socket.sendFrames(frames) || !this.congested();
  }

  sendFrame(frame: ServerFrame): void {
    if (this.#isClosed) return;
    this.#ports.metrics.count('chat_frames_sent', { type: frame.type });
    this.send(JSON.stringify(frame));
  }

  sendError(code: ChatErrorCode, about: About = {}): void {
    this.#ports.metrics.count('chat_errors', { code });
    this.sendFrame({ type: 'error', code, ...about });
  }

  /** Whether more waits than should. Then some of it has to leave in time, or the connection ends. */
  congested(): boolean {
    const waiting = this.#socket.bufferedBytes();
    if (waiting <= limits.bufferedBytes) return false;
    if (waiting > limits.closeBytes) this.#onSlow('too slow: resume');
    else void this.drained();
    return true;
  }

  drained(): Promise<void> {
    return (this.#draining ??= this.#drain());
  }

  /** The connection has ended: no frame of its own goes out any more. */
  close(): void {
    this.#isClosed = true;
  }

  async #drain(): Promise<void> {
    const stalled = setTimeout(() => this.#onSlow('stalled: resume'), this.#ports.settings.chat.stalledMs);
    await this.#socket.drained();
    clearTimeout(stalled);
    this.#draining = undefined;
  }
}
