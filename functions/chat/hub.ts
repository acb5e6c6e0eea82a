import { listHeads, listMemberships, listMembershipsOf } from '../../db/rooms.ts';
import { isSessionLive, listLiveSessions } from '../../db/sessions.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports, Subscription } from '../ports.ts';
import { Attendance } from './attendance.ts';
import { jittered } from './jittered.ts';
import { limits } from './limits.ts';
import { Pace } from './pace.ts';
import type { Keeper, Place } from './places.ts';
import { RoomFeed } from './room-feed.ts';
import type { Session } from './session.ts';
import type { EncodeFrames } from './socket.ts';
import { accountTopic, decodeAccountHint, roomTopic } from '../events/topics.ts';

interface OpenRoom {
  feed: RoomFeed;
  /** Sessions that are about to follow: while there are any, the room stays open. */
  claims: number;
  /** Resolves when hints arrive and the feed has its head. */
  opened?: Promise<void>;
  subscription?: Subscription;
}

type HubPorts = Pick<Ports, 'db' | 'bus' | 'clock' | 'log' | 'metrics' | 'presence' | 'settings'>;

interface OpenAccount {
  sessions: Set<Session>;
  subscribed: Promise<Subscription>;
}

/**
 * All connections of one process. It holds a room's topic while one of its connections belongs to that room, and an
 * account's topic while that account is connected.
 */
export class Hub {
  readonly pace: Pace;
  readonly attendance: Attendance;
  readonly #ports: HubPorts;
  readonly #encode: EncodeFrames;
  readonly keeper: Keeper<Session> | undefined;
  readonly #moved: ((roomId: RoomId) => void) | undefined;
  readonly #rooms = new Map<RoomId, OpenRoom>();
  readonly #accounts = new Map<AccountId, OpenAccount>();
  readonly #sessions = new Set<Session>();
  #sweeping = false;

  /** @param keeper where connections may outlive what this process knows of them */
  constructor(ports: HubPorts, encode: EncodeFrames, keeper?: Keeper<Session>) {
    this.#ports = ports;
    this.#encode = encode;
    this.keeper = keeper;
    this.#moved = keeper && ((roomId) => keeper.moved(roomId));
    this.pace = new Pace(ports.settings.chat);
    this.attendance = new Attendance(ports);
    ports.metrics.watch('chat_connections', () => this.#states());
    ports.metrics.watch('chat_rooms', () => this.#rooms.size);
    ports.bus.onGap(() => {
      ports.metrics.count('bus_gaps', {});
      void this.sweep();
      void this.findNewRooms();
    });
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  add(session: Session): void {
    this.#sessions.add(session);
  }

  /** Whether an account has as many connections as it may have. */
  isFull(accountId: AccountId): boolean {
    return (this.#accounts.get(accountId)?.sessions.size ?? 0) >= this.#ports.settings.chat.socketsPerAccount;
  }

  /** Ends a connection of the account that never asked for anything, as one is that broke in its upgrade; false where none is. */
  makeRoom(accountId: AccountId): boolean {
    for (const session of this.#accounts.get(accountId)?.sessions ?? []) {
      if (!session.isSilent) continue;
      session.giveWay();
      return true;
    }
    return false;
  }

  /**
   * Registers an authenticated session: its account's topic first, so that a room joined from now on and a session ended
   * from now on are heard of; then its rooms, each subscribed before its head is read. Gives the rooms with their heads and
   * read marks, or undefined where the session has ended.
   */
  async attach(
    session: Session,
    { accountId, sessionId }: Pick<Principal, 'accountId' | 'sessionId'>,
  ): Promise<{ id: RoomId; head: number; read: number }[] | undefined> {
    await this.#openAccount(accountId, session).subscribed;
    const [isLive, memberships] = await Promise.all([
      isSessionLive(this.#ports.db, sessionId),
      listMemberships(this.#ports.db, accountId),
    ]);
    if (!isLive) return undefined;
    const roomIds = memberships.map(({ id }) => id);
    const rooms = await this.#withRooms(roomIds, () =>
      memberships.map(({ id, read }) => ({ id, read, head: this.#follow(session, id) })),
    );
    // Whoever closed meanwhile has not come.
    if (this.#sessions.has(session)) void this.attendance.arrive(accountId, roomIds);
    return rooms;
  }

  /** Takes a session back that was forgotten while its socket stayed open: with its rooms, each where it was. */
  restore(session: Session, places: Iterable<Place>, synced: boolean): void {
    this.#sessions.add(session);
    this.#openAccount(session.accountId, session);
    this.attendance.resume(session.accountId);
    for (const { room: roomId, next, feedNext } of places) {
      let room = this.#rooms.get(roomId);
      if (room === undefined) {
        room = { feed: this.#makeFeed(roomId), claims: 0 };
        this.#rooms.set(roomId, room);
        room.feed.start(feedNext - 1);
        void this.#subscribe(room);
      }
      session.followers.set(roomId, { feed: room.feed, follower: room.feed.restore(session, next, synced) });
    }
  }

  /** Adds a room to a session that belongs to it from now on; gives its head, or undefined where it follows it already. */
  async join(session: Session, roomId: RoomId): Promise<number | undefined> {
    if (session.followers.has(roomId)) return undefined;
    return this.#withRooms([roomId], () =>
      session.followers.has(roomId) || !this.#sessions.has(session) ? undefined : this.#follow(session, roomId),
    );
  }

  detach(session: Session): void {
    this.#sessions.delete(session);
    const roomIds = [...session.followers.keys()];
    for (const [roomId, { feed, follower }] of session.followers) {
      feed.leave(follower);
      const room = this.#rooms.get(roomId);
      if (room?.feed === feed) this.#closeIfUnused(room);
    }
    session.followers.clear();
    const accountId = session.principal?.accountId;
    const account = accountId && this.#accounts.get(accountId);
    if (!account?.sessions.delete(session) || account.sessions.size > 0) return;
    this.#accounts.delete(accountId as AccountId);
    void this.attendance.depart(accountId as AccountId, roomIds);
    void account.subscribed.then((subscription) => subscription.unsubscribe());
  }

  /**
   * Compares all open rooms and all sessions with MariaDB: finds messages and ends of sessions that a lost hint, a dead
   * process or the other home never told.
   */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const startedAt = performance.now();
    try {
      await Promise.all([this.#compareHeads(), this.#compareSessions()]);
      this.#ports.metrics.observe('chat_sweep_seconds', {}, (performance.now() - startedAt) / 1000);
    } catch (error) {
      this.#ports.log.debug({ err: error }, 'a sweep failed; the next one looks again');
    } finally {
      this.#sweeping = false;
    }
  }

  async #compareHeads(): Promise<void> {
    for (const roomIds of portionsOf([...this.#rooms.keys()])) {
      for (const { id, head } of await listHeads(this.#ports.db, roomIds)) this.#rooms.get(id)?.feed.noticeHead(head);
    }
  }

  async #compareSessions(): Promise<void> {
    const sessionIds = new Set<SessionId>();
    for (const { principal } of this.#sessions) if (principal) sessionIds.add(principal.sessionId);
    for (const portion of portionsOf([...sessionIds])) {
      const live = new Set(await listLiveSessions(this.#ports.db, portion));
      const ended = new Set(portion.filter((id) => !live.has(id)));
      if (ended.size === 0) continue;
      for (const session of this.#sessions) {
        const sessionId = session.principal?.sessionId;
        if (sessionId !== undefined && ended.has(sessionId)) session.hear({ kind: 'session_ended', sessionId });
      }
    }
  }

  /** Sweeps again and again, each time after a pause of its own length, so that processes do not sweep in step. */
  startSweeping(): { stop(): void } {
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    let dueAt = 0;
    const schedule = () => {
      if (!stopped) timer = setTimeout(sweepIfDue, jittered(limits.sweepWithoutBusMs));
    };
    // Looks often, so that the end of the bus is met with the faster pace at once.
    const sweepIfDue = async () => {
      if (!this.#ports.bus.healthy() || performance.now() >= dueAt) {
        await this.sweep();
        dueAt = performance.now() + jittered(limits.sweepMs);
      }
      schedule();
    };
    schedule();
    return {
      stop() {
        stopped = true;
        clearTimeout(timer);
      },
    };
  }

  #states(): Record<Session['state'], number> {
    const states = { unknown: 0, attaching: 0, ready: 0, closed: 0 };
    for (const { state } of this.#sessions) states[state]++;
    return states;
  }

  #openAccount(accountId: AccountId, session: Session): OpenAccount {
    let account = this.#accounts.get(accountId);
    if (account === undefined) {
      const sessions = new Set<Session>();
      const subscribed = this.#ports.bus.subscribe(accountTopic(accountId), (payload) => {
        const hint = decodeAccountHint(payload);
        if (hint !== undefined) for (const each of sessions) each.hear(hint);
      });
      this.#accounts.set(accountId, (account = { sessions, subscribed }));
    }
    account.sessions.add(session);
    return account;
  }

  /** Opens rooms, or waits for whoever opens them, and keeps them open while `use` runs. */
  async #withRooms<Result>(roomIds: RoomId[], use: () => Result): Promise<Result> {
    const fresh: OpenRoom[] = [];
    const claimed = roomIds.map((roomId) => {
      let room = this.#rooms.get(roomId);
      if (room === undefined) {
        room = { feed: this.#makeFeed(roomId), claims: 0 };
        this.#rooms.set(roomId, room);
        fresh.push(room);
      }
      room.claims++;
      return room;
    });
    if (fresh.length > 0) {
      const opened = this.#start(fresh);
      for (const room of fresh) room.opened = opened;
    }
    try {
      // All at once: one that fails while another is waited for would be nobody's, and end the process.
      await Promise.all(claimed.map(({ opened }) => opened));
      return use();
    } finally {
      for (const room of claimed) {
        room.claims--;
        this.#closeIfUnused(room);
      }
    }
  }

  /** Subscribes first and reads the heads after: a message is either below its head or comes as a hint. */
  async #start(rooms: OpenRoom[]): Promise<void> {
    try {
      await Promise.all(rooms.map((room) => this.#subscribe(room)));
      const heads = await listHeads(
        this.#ports.db,
        rooms.map(({ feed }) => feed.roomId),
      );
      const headOf = new Map(heads.map(({ id, head }) => [id, head]));
      for (const { feed } of rooms) feed.start(headOf.get(feed.roomId) ?? 0);
    } catch (error) {
      for (const room of rooms) this.#close(room);
      throw error;
    }
  }

  #makeFeed(roomId: RoomId): RoomFeed {
    return new RoomFeed(roomId, this.#ports, this.#encode, this.#moved);
  }

  async #subscribe(room: OpenRoom): Promise<void> {
    const { feed } = room;
    const subscription = await this.#ports.bus.subscribe(roomTopic(feed.roomId), (payload) => feed.receive(payload));
    if (this.#rooms.get(feed.roomId) === room) room.subscription = subscription;
    else void subscription.unsubscribe();
  }

  #follow(session: Session, roomId: RoomId): number {
    const { feed } = this.#rooms.get(roomId) as OpenRoom;
    if (!session.followers.has(roomId)) {
      session.followers.set(roomId, { feed, follower: feed.follow(session) });
      this.#moved?.(roomId);
    }
    return feed.head;
  }

  #closeIfUnused(room: OpenRoom): void {
    if (room.claims === 0 && room.feed.isEmpty) this.#close(room);
  }

  #close(room: OpenRoom): void {
    const { roomId } = room.feed;
    if (this.#rooms.get(roomId) === room) this.#rooms.delete(roomId);
    void room.subscription?.unsubscribe();
    delete room.subscription;
  }

  /** After hints were lost: someone may have been taken into a room without hearing of it. */
  async findNewRooms(): Promise<void> {
    try {
      for (const portion of portionsOf([...this.#accounts.keys()])) {
        for (const { accountId, roomId } of await listMembershipsOf(this.#ports.db, portion)) {
          for (const session of this.#accounts.get(accountId)?.sessions ?? []) {
            session.hear({ kind: 'joined', room: roomId });
          }
        }
      }
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'memberships could not be compared');
    }
  }
}

/** What is compared with one statement each. */
function* portionsOf<Id>(ids: Id[]): Generator<Id[]> {
  for (let index = 0; index < ids.length; index += limits.sweepIds) yield ids.slice(index, index + limits.sweepIds);
}
