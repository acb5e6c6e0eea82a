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

/**
 * Whether the connections of a room have it that an account is here: they were told so, or it is assumed, because they have asked
 * for themselves; `unknown` where that is long ago, and a hint may have been lost since.
 */
type Told = boolean | 'assumed' | 'unknown';

/** What the connections here have been told of an account. */
interface Watched {
  /** By its rooms that are open here. */
  rooms: Map<RoomId, Told>;
  /** How often in a row nobody knew of it. */
  missed: number;
  /** Until when one that was said to be away is asked for: perhaps its process only stood still, or what was said was wrong. */
  askUntil: number;
}

const isHere: Seen = { online: true, lastSeenAt: null };

type WatchPorts = Pick<Ports, 'db' | 'clock' | 'log' | 'presence' | 'settings'>;

/**
 * Compares what the connections of this process were told of who is here with what is so: a process that dies tells nobody that
 * its people have gone, and a hint may be lost. Whoever is missed twice in a row is said to be away, and whoever was said to be
 * away and is not, to be here; to the connections here alone: every process looks for its own.
 */
export class PresenceWatch {
  readonly #ports: WatchPorts;
  readonly #rooms: WatchedRooms;
  readonly #isHere: (accountId: AccountId) => boolean;
  readonly #accounts = new Map<AccountId, Watched>();
  /** Rooms whose members are known; those are in doubt about which a hint may have been lost since. */
  readonly #met = new Map<RoomId, 'known' | 'in doubt'>();
  #doubts = 0;
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
    const watched = this.#watch(frame.account as AccountId, roomId, frame.online);
    if (frame.online) watched.missed = 0;
    else watched.askUntil = this.#askUntil();
  }

  /** Hints may have been lost: all members of the rooms are asked for. */
  doubt(): void {
    this.#doubts++;
    for (const roomId of this.#rooms.ids()) this.#met.set(roomId, 'in doubt');
    for (const { rooms } of this.#accounts.values()) {
      for (const [roomId, told] of rooms) if (told === 'assumed') rooms.set(roomId, 'unknown');
    }
  }

  /** Asks for everyone who was said to be here, or to have gone lately, and tells what is otherwise. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#meet();
      const watched = [...this.#accounts.keys()].filter((accountId) => !this.#isGone(accountId));
      const { here = [], asked = [] } = Object.groupBy(watched, (id) => (this.#isHere(id) ? 'here' : 'asked'));
      for (const accountId of here) this.#compare(accountId, isHere);
      for (const portion of portionsOf(asked)) {
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

  /** Learns who belongs to rooms that were opened since, or are in doubt, and who of them is here. Who has just gone was perhaps seen here. */
  async #meet(): Promise<void> {
    for (const roomId of this.#met.keys()) if (!this.#rooms.has(roomId)) this.#met.delete(roomId);
    const justNow = new Date(this.#ports.clock.now() - limits.presenceMemoryMs).toISOString();
    for (const portion of portionsOf([...this.#rooms.ids()].filter((roomId) => this.#met.get(roomId) !== 'known'))) {
      const doubts = this.#doubts;
      const members = await listMemberIds(this.#ports.db, portion);
      const accountIds = [...new Set(members.map(({ accountId }) => accountId))];
      const seen = await this.#ports.presence.of(accountIds);
      if (seen.includes(undefined)) return;
      const seenOf = new Map(accountIds.map((accountId, index) => [accountId, seen[index]]));
      for (const { accountId, roomId } of members) {
        if (this.#accounts.get(accountId)?.rooms.has(roomId)) continue;
        const { online, lastSeenAt } = seenOf.get(accountId) as Seen;
        if (!online && (lastSeenAt === null || lastSeenAt <= justNow)) continue;
        const told = this.#met.has(roomId) ? 'unknown' : 'assumed';
        this.#watch(accountId, roomId, told).askUntil = this.#askUntil();
      }
      // What came in doubt meanwhile is met again with the next look.
      if (doubts === this.#doubts) for (const roomId of portion) this.#met.set(roomId, 'known');
    }
  }

  /** None of its rooms is open here any more, or it has been away for long. */
  #isGone(accountId: AccountId): boolean {
    const watched = this.#accounts.get(accountId);
    for (const roomId of watched?.rooms.keys() ?? []) if (!this.#rooms.has(roomId)) watched?.rooms.delete(roomId);
    const isAway = [...(watched?.rooms.values() ?? [])].every((told) => told === false);
    const isGone = watched === undefined || (isAway && watched.askUntil < this.#ports.clock.now());
    if (isGone) this.#accounts.delete(accountId);
    return isGone;
  }

  #watch(accountId: AccountId, roomId: RoomId, told: Told): Watched {
    let watched = this.#accounts.get(accountId);
    if (watched === undefined) {
      watched = { rooms: new Map(), missed: 0, askUntil: 0 };
      this.#accounts.set(accountId, watched);
    }
    watched.rooms.set(roomId, told);
    return watched;
  }

  #compare(accountId: AccountId, seen: Seen | undefined): void {
    const watched = this.#accounts.get(accountId);
    if (watched === undefined || seen === undefined) return;
    if (seen.online) watched.missed = 0;
    else if (++watched.missed < 2) return;
    this.#tell(accountId, watched, seen);
  }

  /** Tells the rooms that have it otherwise. */
  #tell(account: AccountId, watched: Watched, { online, lastSeenAt }: Seen): void {
    const state = { account, online, ...(!online && lastSeenAt !== null && { lastSeenAt }) };
    for (const [room, told] of watched.rooms) {
      if (told === online || (told === 'assumed' && online)) continue;
      watched.rooms.set(room, online);
      if (!online) watched.askUntil = this.#askUntil();
      this.#rooms.tell(room, encodeEphemeral({ type: 'presence', room, ...state }, account));
    }
  }

  #askUntil(): number {
    return this.#ports.clock.now() + limits.presenceMemoryMs;
  }
}
