import { listMemberIds } from '../../db/rooms.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { encodeEphemeral, presenceIn } from '../events/room-hints.ts';
import type { Ports, Seen } from '../ports.ts';
import { jittered } from './jittered.ts';
import { limits } from './limits.ts';
import { portionsOf } from './portions.ts';

/** Of the rooms with a connection here. */
export interface WatchedRooms {
  ids(): Iterable<RoomId>;
  has(roomId: RoomId): boolean;
  /** Gives a payload of the room's topic to the connections here alone. */
  tell(roomId: RoomId, payload: string): void;
}

/** What the connections here have been told of an account. */
interface Watched {
  rooms: Set<RoomId>;
  online: boolean;
  /** How often in a row nobody knew of it. */
  missed: number;
  /** Until when one that was said to be away is asked for, should its process only have stood still. */
  askUntil: number;
}

type WatchPorts = Pick<Ports, 'db' | 'clock' | 'log' | 'presence' | 'settings'>;

/**
 * Compares what the connections of this process were told of who is here with what is so: a process that dies tells nobody that
 * its people have gone, and a hint may be lost. Whoever is missed twice in a row is said to be away, to the connections here
 * alone: every process looks for its own.
 */
export class PresenceWatch {
  readonly #ports: WatchPorts;
  readonly #rooms: WatchedRooms;
  readonly #isHere: (accountId: AccountId) => boolean;
  readonly #accounts = new Map<AccountId, Watched>();
  /** Rooms whose members are known. */
  readonly #met = new Set<RoomId>();
  #isLooking = false;

  /** @param isHere whether an account is connected to this process, which then needs not ask */
  constructor(ports: WatchPorts, rooms: WatchedRooms, isHere: (accountId: AccountId) => boolean) {
    this.#ports = ports;
    this.#rooms = rooms;
    this.#isHere = isHere;
  }

  /** Takes down what the connections here are told by a payload of a room's topic. */
  hear(roomId: RoomId, payload: string): void {
    const frame = presenceIn(payload);
    if (frame === undefined) return;
    const accountId = frame.account as AccountId;
    if (frame.online) this.#watch(accountId, roomId);
    else this.#forget(accountId, roomId);
  }

  /** Asks for everyone who was said to be here, and tells what has become otherwise. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#meet();
      const asked = [...this.#accounts.keys()].filter((accountId) => !this.#isGone(accountId));
      for (const portion of portionsOf(asked.filter((accountId) => !this.#isHere(accountId)))) {
        const seen = await this.#ports.presence.of(portion);
        for (const [index, accountId] of portion.entries()) this.#compare(accountId, seen[index]);
      }
    } catch (error) {
      this.#ports.log.debug({ err: error }, 'presence could not be compared; the next look does');
    } finally {
      this.#isLooking = false;
    }
  }

  /** Looks again and again, six times in the time for which a process that died is believed to be there. */
  start(): { stop(): void } {
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const schedule = () => {
      const pause = jittered(this.#ports.settings.chat.presenceMs / limits.presenceLooks);
      if (!stopped) timer = setTimeout(() => void this.look().then(schedule), pause);
    };
    schedule();
    return {
      stop() {
        stopped = true;
        clearTimeout(timer);
      },
    };
  }

  /** Learns who belongs to rooms that were opened since, and who of them is here. Who has just gone was perhaps seen here. */
  async #meet(): Promise<void> {
    for (const roomId of this.#met) if (!this.#rooms.has(roomId)) this.#met.delete(roomId);
    const justNow = new Date(this.#ports.clock.now() - limits.presenceMemoryMs).toISOString();
    for (const portion of portionsOf([...this.#rooms.ids()].filter((roomId) => !this.#met.has(roomId)))) {
      const members = await listMemberIds(this.#ports.db, portion);
      const accountIds = [...new Set(members.map(({ accountId }) => accountId))];
      const seen = await this.#ports.presence.of(accountIds);
      if (seen.includes(undefined)) return;
      const seenOf = new Map(accountIds.map((accountId, index) => [accountId, seen[index]]));
      for (const { accountId, roomId } of members) {
        const { online, lastSeenAt } = seenOf.get(accountId) as Seen;
        if (online || (lastSeenAt !== null && lastSeenAt > justNow)) this.#watch(accountId, roomId);
      }
      for (const roomId of portion) this.#met.add(roomId);
    }
  }

  /** None of its rooms is open here any more, or it has been away for long. */
  #isGone(accountId: AccountId): boolean {
    const watched = this.#accounts.get(accountId);
    for (const roomId of watched?.rooms ?? []) if (!this.#rooms.has(roomId)) watched?.rooms.delete(roomId);
    const isGone =
      watched === undefined ||
      watched.rooms.size === 0 ||
      (!watched.online && watched.askUntil < this.#ports.clock.now());
    if (isGone) this.#accounts.delete(accountId);
    return isGone;
  }

  #watch(accountId: AccountId, roomId: RoomId): void {
    const watched = this.#accounts.get(accountId);
    if (watched === undefined) {
      this.#accounts.set(accountId, { rooms: new Set([roomId]), online: true, missed: 0, askUntil: 0 });
      return;
    }
    watched.rooms.add(roomId);
    watched.online = true;
    watched.missed = 0;
  }

  /** Another process has told the room. */
  #forget(accountId: AccountId, roomId: RoomId): void {
    const watched = this.#accounts.get(accountId);
    if (watched?.rooms.delete(roomId) && watched.rooms.size === 0) this.#accounts.delete(accountId);
  }

  #compare(accountId: AccountId, seen: Seen | undefined): void {
    const watched = this.#accounts.get(accountId);
    if (watched === undefined || seen === undefined || this.#isHere(accountId)) return;
    if (seen.online) {
      watched.missed = 0;
      if (!watched.online) this.#tell(accountId, watched, seen);
    } else if (watched.online && ++watched.missed >= 2) {
      watched.askUntil = this.#ports.clock.now() + limits.presenceMemoryMs;
      this.#tell(accountId, watched, seen);
    }
  }

  #tell(account: AccountId, watched: Watched, { online, lastSeenAt }: Seen): void {
    watched.online = online;
    const state = { account, online, ...(!online && lastSeenAt !== null && { lastSeenAt }) };
    for (const room of watched.rooms) {
      this.#rooms.tell(room, encodeEphemeral({ type: 'presence', room, ...state }, account));
    }
  }
}
