import type { Database } from '../../db/engine/client.ts';
import { listMemberIds } from '../../db/rooms.ts';
import { isEphemeral } from '../../functions/events/room-hints.ts';
import { accountTopic, roomTopic } from '../../functions/events/topics.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { Parcel } from './objects.ts';

/** Rooms whose members are remembered at most. */
const remembered = 1_000;
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

  /** Which parcels each account gets, in their order. */
  async address(parcels: Parcel[]): Promise<Map<AccountId, Parcel[]>> {
    await this.#learn(parcels);
    const boxes = new Map<AccountId, Parcel[]>();
    for (const parcel of parcels) {
      for (const accountId of this.#concerned(parcel[0])) {
        const box = boxes.get(accountId);
        if (box) box.push(parcel);
        else boxes.set(accountId, [parcel]);
      }
    }
    return boxes;
  }

  #concerned(topic: string): AccountId[] {
    if (topic.startsWith(accountPrefix)) return [topic.slice(accountPrefix.length) as AccountId];
    return this.#known.get(topic)?.accountIds ?? [];
  }

  async #learn(parcels: Parcel[]): Promise<void> {
    const now = Date.now();
    const unknown = new Set<string>();
    for (const [topic, payload] of parcels) {
      if (!topic.startsWith(roomPrefix)) continue;
      const fresh = (this.#known.get(topic)?.at ?? 0) > now - ephemeralMemoryMs;
      if (!fresh || !isEphemeral(payload)) unknown.add(topic);
    }
    if (unknown.size === 0) return;
    if (this.#known.size >= remembered) this.#known.clear();
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
