import { DurableObject } from 'cloudflare:workers';
import type { NewMessage } from '../../db/append-messages.ts';
import { listHeads } from '../../db/rooms.ts';
import { encodeHead } from '../../functions/events/room-hints.ts';
import { roomTopic } from '../../functions/events/topics.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { ProblemCode } from '../../functions/http/problems.ts';
import { createMessageLog } from '../../functions/rooms/message-log.ts';
import type { RoomId } from '../../schema/ids.ts';
import type { Database } from '../../db/engine/client.ts';
import type { Appended, Bus, Log, MessageLog } from '../../functions/ports.ts';
import { createEdgeBus } from './bus.ts';
import { connectForObject } from './database.ts';
import { isolateOf } from './isolate.ts';
import type { RoomCalls } from './objects.ts';
import { createNodeRelay } from './node-relay.ts';

/** How long after a message it is looked whether everyone was told of it, in milliseconds; twice as long each time it fails. */
const guardMs = 2_000;
const longestGuardMs = 60_000;

/** The log of one room, named by its id: group commit for all who write to it, then a call to each member's inbox. */
export class Room extends DurableObject<Env> implements RoomCalls {
  #db!: Database;
  #bus!: Bus;
  #messages!: MessageLog;
  #log!: Log;
  /** An alarm stands that looks whether everyone was told. */
  #guarded = false;
  /** Someone may not have been told: a call failed, or an earlier life of this object ended in the middle. */
  #suspect = false;
  #appended = false;
  /** Messages that are being committed or told. */
  #open = 0;
  #failures = 0;
  #flush!: () => Promise<void>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const isolate = await isolateOf(env);
      const { clock, log, metrics } = isolate.ports;
      this.#log = log;
      this.#db = connectForObject(isolate.databaseUrl, 2);
      const { bus, flush } = createEdgeBus({
        inboxes: env.INBOX,
        db: this.#db,
        log,
        relay: createNodeRelay(isolate),
        onUnreached: () => {
          this.#suspect = true;
          if (!this.#guarded) void this.#guard();
        },
      });
      this.#bus = bus;
      this.#flush = flush;
      this.#messages = createMessageLog({ db: this.#db, bus, clock, log, metrics });
      this.#guarded = this.#suspect = (await ctx.storage.getAlarm()) !== null;
    });
  }

  async append(roomId: RoomId, message: NewMessage): Promise<Appended | { problem: ProblemCode }> {
    this.#appended = true;
    // Not waited for, which would let a later message overtake: nothing leaves an object before what it has stored is safe.
    if (!this.#guarded) void this.#guard();
    this.#open++;
    try {
      return await this.#messages.append(roomId, message);
    } catch (error) {
      if (error instanceof Problem) return { problem: error.code };
      throw error;
    } finally {
      void this.#flush().finally(() => this.#open--);
    }
  }

  /** Tells the room's head once more where a member may have missed something: a lost hint, or an object that died. */
  override async alarm(): Promise<void> {
    this.#guarded = false;
    // What takes so long is looked at again: this object may still end before it is told.
    if (this.#open > 0) return this.#guard();
    if (this.#appended && !this.#suspect) return;
    const roomId = this.ctx.id.name as RoomId;
    try {
      const [room] = await listHeads(this.#db, [roomId]);
      this.#suspect = false;
      if (room) await this.#bus.publish(roomTopic(roomId), encodeHead(room.head));
      // Whoever is not reached makes it suspect again.
      await this.#flush();
    } catch (error) {
      this.#suspect = true;
      this.#log.warn({ err: error, roomId }, 'the head of a room could not be told yet');
    }
    this.#failures = this.#suspect ? this.#failures + 1 : 0;
    if (this.#suspect && !this.#guarded) await this.#guard();
  }

  /** Set before the commit: whatever becomes of this object, the alarm is kept. */
  async #guard(): Promise<void> {
    this.#guarded = true;
    await this.ctx.storage.setAlarm(Date.now() + Math.min(longestGuardMs, guardMs * 2 ** this.#failures));
  }
}
