import type { Database } from '../../db/engine/client.ts';
import { listMemberIds } from '../../db/rooms.ts';
import { isEphemeral } from '../../functions/events/room-hints.ts';
import { accountTopic, roomTopic } from '../../functions/events/topics.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { Envelope } from './objects.ts';

/** Rooms whose members are remembered at most. */
const maxRooms = 1_000;
/** For how long members are believed where a frame may be lost, in milliseconds. */
const ephemeralMemoryMs = 60_000;

const accountPrefix = accountTopic('' as AccountId);
const roomPrefix = roomTopic('' as RoomId);

/** Who belongs to rooms. Frames that may be lost need not know it to the second: typing would ask again and again. */
export class Membership {
  readonly #db: Database;
  readonly #known = new Map<string, { accountIds: AccountId[]; at: number }>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Which envelopes each account gets, in their order. */
  async route(envelopes: Envelope[]): Promise<Map<AccountId, Envelope[]>> {
    await this.#learn(envelopes);
    const byAccount = new Map<AccountId, Envelope[]>();
    for (const envelope of envelopes) {
      for (const accountId of this.#accountsOf(envelope[0])) {
        const theirs = byAccount.get(accountId);
        if (theirs) theirs.push(envelope);
        else byAccount.set(accountId, [envelope]);
      }
    }
    return byAccount;
  }

  #accountsOf(topic: string): AccountId[] {
    if (topic.startsWith(accountPrefix)) return [topic.slice(accountPrefix.length) as AccountId];
    return this.#known.get(topic)?.accountIds ?? [];
  }

  async #learn(envelopes: Envelope[]): Promise<void> {
    const now = Date.now();
    const unknown = new Set<string>();
    for (const [topic, payload] of envelopes) {
      if (!topic.startsWith(roomPrefix)) continue;
      const fresh = (this.#known.get(topic)?.at ?? 0) > now - ephemeralMemoryMs;
      if (!fresh || !isEphemeral(payload)) unknown.add(topic);
    }
    if (unknown.size === 0) return;
    if (this.#known.size >= maxRooms) this.#known.clear();
    for (const topic of unknown) this.#known.set(topic, { accountIds: [], at: now });
    const roomIds = Array.from(unknown, (topic) => topic.slice(roomPrefix.length) as RoomId);
    try {
      for (const { roomId, accountId } of await listMemberIds(this.#db, roomIds)) {
        this.#known.get(roomTopic(roomId))?.accountIds.push(accountId);
      }
    } catch (error) {
      for (const topic of unknown) this.#known.delete(topic);
      throw error;
    }
  }
}
