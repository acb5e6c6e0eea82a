import type { z } from 'zod';
import type { RoomId } from '../../schema/ids.ts';
import { encodeEphemeral } from '../events/room-hints.ts';
import { roomTopic } from '../events/topics.ts';
import { Problem } from '../http/problems.ts';
import { mayUse } from '../identity/principal.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { deleteMessage } from '../rooms/delete-message.ts';
import { editMessage } from '../rooms/edit-message.ts';
import { markRead } from '../rooms/mark-read.ts';
import type { Message } from '../rooms/room-schema.ts';
import { sendMessage } from '../rooms/send-message.ts';
import { failureOf, Trace } from '../tracing/trace.ts';
import { tracedPorts } from '../tracing/traced-ports.ts';
import { bodyReasonIn } from './body-reasons.ts';
import type { BodyReason } from './body-reasons.ts';
import { codeOf } from './error-codes.ts';
import { clientFrame, namesInFrame } from './frames.ts';
import type { ClientFrame } from './frames.ts';
import { limits } from './limits.ts';
import type { Outbound } from './outbound.ts';
import type { Pace } from './pace.ts';

export type InboundPorts = Pick<Ports, 'bus' | 'clock' | 'db' | 'log' | 'messages' | 'metrics' | 'tracer'>;

type Names = z.infer<typeof namesInFrame>;

/** Frames for which a key needs the scope of writing in rooms. */
const writing: ReadonlySet<ClientFrame['type']> = new Set(['send', 'edit', 'delete', 'read', 'typing']);

/** What a frame may ask of the connection itself. */
export interface InboundTarget {
  /** Presents another token. */
  renew(token: string): void;
  sync(rooms: Record<string, number>): void;
  isSubscribed(room: RoomId): boolean;
  /** Ends a connection that sends too much of what is of no use. */
  refuse(reason: string): void;
  /** Ends the connection of an account that was suspended, as where that is heard of by itself. */
  shutOut(): void;
}

/** What comes in from one client: parses it, holds it to its pace, and does what it says. */
export class Inbound {
  /** Frames that came. */
  count = 0;
  readonly #ports: InboundPorts;
  readonly #pace: Pace;
  readonly #out: Outbound;
  readonly #target: InboundTarget;
  #malformed = 0;
  #tooFast = 0;
  /** Messages that wait for their commit. */
  #pending = 0;
  #onDrained: (() => void) | undefined;

  constructor(ports: InboundPorts, pace: Pace, out: Outbound, target: InboundTarget) {
    this.#ports = ports;
    this.#pace = pace;
    this.#out = out;
    this.#target = target;
  }

  /** Does what a text frame says. */
  receive(text: string, principal: Principal): void {
    const frame = this.parse(text, principal);
    if (frame === undefined || this.#isTooFast(frame, principal)) return;
    if (writing.has(frame.type) && !mayUse(principal, 'rooms:write')) return this.#refuseWriting(frame);
    switch (frame.type) {
      case 'auth':
        return this.#target.renew(frame.token);
      case 'send':
        return void this.#append(frame, (ports) => sendMessage(ports, principal, frame));
      case 'edit':
        return void this.#append(frame, (ports) => editMessage(ports, principal, frame));
      case 'delete':
        return void this.#append(frame, (ports) => deleteMessage(ports, principal, frame));
      case 'read':
        return void this.#markRead(frame, principal);
      case 'typing':
        return this.#showTyping(frame.room, principal);
      case 'sync':
        return this.#target.sync(frame.rooms);
      case 'ping':
        return this.#out.sendFrame({ type: 'pong' });
    }
  }

  /** A binary frame came: the protocol has none. */
  receiveBinary(): void {
    this.count++;
    this.#reportMalformed();
  }

  /** The frame that a text is, or undefined, which is answered, where it is none. */
  parse(text: string, principal?: Principal): ClientFrame | undefined {
    this.count++;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#reportMalformed();
      return undefined;
    }
    const result = clientFrame.safeParse(value);
    if (result.success) {
      this.#ports.metrics.count('chat_frames_received', { type: result.data.type });
      return result.data;
    }
    const reason = bodyReasonIn(result.error);
    if (reason === undefined || principal === undefined) this.#reportMalformed(value);
    else this.#refuseBody(namesInFrame.parse(value), reason, principal);
    return undefined;
  }

  /** Calls `done` as soon as no message waits for its commit any more. */
  whenDrained(done: () => void): void {
    this.#onDrained = done;
    if (this.#pending === 0) done();
  }

  /** Says what was wrong, with the client's id and room where they are, so that a refused message is known to be refused. */
  #reportMalformed(value?: unknown): void {
    this.#ports.metrics.count('chat_frames_received', { type: 'malformed' });
    this.#out.sendError('malformed', namesInFrame.parse(value));
    if (++this.#malformed >= limits.malformedFrames) this.#target.refuse('too many malformed frames');
  }

  /** Says of what somebody wrote why it cannot be sent. The client is none the worse for it, but has its pace. */
  #refuseBody(names: Names, reason: BodyReason, principal: Principal): void {
    this.#ports.metrics.count('chat_frames_received', { type: 'invalid_body' });
    if (!this.#isTooFast(names, principal)) this.#out.sendError('invalid_body', { ...names, reason });
  }

  #refuseWriting(frame: ClientFrame): void {
    const { id, room } = { id: undefined, room: undefined, ...frame };
    this.#out.sendError('scope_missing', { id, room });
  }

  /** Says when the client may send the frame again, where it comes too fast. */
  #isTooFast(frame: ClientFrame | Names, { accountId }: Principal): boolean {
    const { id, room } = { id: undefined, room: undefined, ...frame };
    const wait = this.#pace.take(accountId, room, this.#ports.clock.now());
    if (wait === 0) return false;
    this.#out.sendError('rate_limited', { id, room, retryAfter: Math.ceil(wait / 1000) });
    if (++this.#tooFast >= limits.refusedFrames) this.#target.refuse('too many frames');
    return true;
  }

  /** Whatever adds to a room's log is acknowledged, or refused, with the client's id. */
  async #append(
    { type, id, room }: { type: string; id: string; room: RoomId },
    add: (ports: Pick<Ports, 'messages'>) => Promise<{ message: Message }>,
  ): Promise<void> {
    if (this.#pending >= limits.pendingSends) return this.#out.sendError('rate_limited', { id, room, retryAfter: 1 });
    this.#pending++;
    const trace = Trace.begin(this.#ports.tracer, `chat ${type}`, { kind: 'server' });
    let failure: string | undefined;
    try {
      const { message } = await add(trace ? tracedPorts(this.#ports, trace) : this.#ports);
      this.#out.sendFrame({ type: 'ack', id, room, seq: message.seq, at: message.at });
    } catch (error) {
      failure = failureOf(error);
      this.#fail(error, { id, room });
    } finally {
      trace?.span.end(failure);
      if (--this.#pending === 0) this.#onDrained?.();
    }
  }

  async #markRead({ room, seq }: Extract<ClientFrame, { type: 'read' }>, principal: Principal): Promise<void> {
    try {
      await markRead(this.#ports, principal, { room, seq });
    } catch (error) {
      this.#fail(error, { room });
    }
  }

  /** Says why something was not done. Of a suspended account nothing is said of the frame, so that its client keeps what it wrote. */
  #fail(error: unknown, names: { id?: string; room: RoomId }): void {
    if (error instanceof Problem && error.code === 'account_suspended') return this.#target.shutOut();
    this.#out.sendError(codeOf(error, this.#ports.log), names);
  }

  #showTyping(room: RoomId, { accountId }: Principal): void {
    if (!this.#target.isSubscribed(room)) return this.#out.sendError('not_found', { room });
    if (!this.#pace.isNewTyping(accountId, room, this.#ports.clock.now())) return;
    const frame = { type: 'typing', room, account: accountId } as const;
    void this.#ports.bus.publish(roomTopic(room), encodeEphemeral(frame, accountId));
  }
}
