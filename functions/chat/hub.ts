import { readLogEpoch } from '../../db/log-epoch.ts';
import { listMemberships } from '../../db/rooms.ts';
import type { AccountId, LogEpoch, RoomId } from '../../schema/ids.ts';
import { accountTopic, decodeAccountHint } from '../events/topics.ts';
import type { AccountHint } from '../events/topics.ts';
import { isPrincipalLive } from '../identity/principal-of.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports, Subscription } from '../ports.ts';
import { inBackground } from './background.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { OpenRooms } from './open-rooms.ts';
import { Pace } from './pace.ts';
import { PresenceTracker } from './presence-tracker.ts';
import { PresenceWatch } from './presence-watch.ts';
import type { RoomCursor } from './room-cursor.ts';
import type { EncodeFrames } from './socket.ts';
import { Sweeper } from './sweeper.ts';

export type HubPorts = Pick<Ports, 'db' | 'bus' | 'clock' | 'log' | 'metrics' | 'presence' | 'settings' | 'tracer'>;

/** What a connection is told when it is ready. */
export interface Attached {
  epoch: LogEpoch;
  rooms: { id: RoomId; head: number; read: number }[];
}

interface OpenAccount {
  connections: Set<Connection>;
  subscribed: Promise<Subscription>;
}

/**
 * All connections of one process. It holds a room's topic while one of its connections belongs to that room, and an
 * account's topic while that account is connected.
 */
export class Hub {
  readonly pace: Pace;
  readonly presence: PresenceTracker;
  readonly sweeper: Sweeper;
  readonly #ports: HubPorts;
  readonly #rooms: OpenRooms;
  readonly #accounts = new Map<AccountId, OpenAccount>();
  readonly #connections = new Set<Connection>();
  /** That of the logs as every connection here has been told of them; undefined before the first. */
  #epoch: LogEpoch | undefined;

  /** @param onCursorMoved is told of a room where a connection's cursor moved: for a process that may forget its connections */
  constructor(ports: HubPorts, encode: EncodeFrames, onCursorMoved?: (roomId: RoomId) => void) {
    this.#ports = ports;
    this.#rooms = new OpenRooms(ports, encode, onCursorMoved);
    this.pace = new Pace(ports.settings.chat);
    this.presence = new PresenceTracker(ports, (accountId) => this.#roomsOf(accountId));
    this.sweeper = new Sweeper(ports, this.#rooms, this.#connections, {
      onEpoch: (epoch) => void this.#enter(epoch),
      onSetBack: () => this.#beginAnew(),
    });
    ports.metrics.watch('chat_connections', () => this.#states());
    ports.metrics.watch('chat_rooms', () => this.#rooms.size);
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
  }

  /** Whether an account has as many connections as it may have. */
  isFull(accountId: AccountId): boolean {
    return (this.#accounts.get(accountId)?.connections.size ?? 0) >= this.#ports.settings.chat.socketsPerAccount;
  }

  /** Ends a connection of the account that never asked for anything, as one is that broke in its upgrade; false where none is. */
  evictIdle(accountId: AccountId): boolean {
    for (const connection of this.#accounts.get(accountId)?.connections ?? []) {
      if (!connection.isIdle) continue;
      connection.end('tooManySockets', 'another connection took its place');
      return true;
    }
    return false;
  }

  /**
   * Registers an authenticated connection: its account's topic first, so that a room joined from now on and a session ended
   * from now on are heard of; then its rooms, each subscribed before its head is read. Gives the rooms with their heads and
   * read marks, or undefined where the session, or the connection, has ended.
   */
  async attach(
    connection: Connection,
    principal: Pick<Principal, 'accountId' | 'scopes' | 'sessionId'>,
  ): Promise<Attached | undefined> {
    const { accountId } = principal;
    await this.#openAccount(accountId, connection).subscribed;
    const [isLive, epoch, memberships] = await Promise.all([
      isPrincipalLive(this.#ports, principal),
      readLogEpoch(this.#ports.db),
      listMemberships(this.#ports.db, accountId),
    ]);
    if (!isLive || !this.#enter(epoch)) return undefined;
    const roomIds = memberships.map(({ id }) => id);
    const rooms = await this.#rooms.open(roomIds, () =>
      memberships.map(({ id, read, head }) => ({ id, read, head: this.#rooms.subscribe(connection, id, head) })),
    );
    // Whoever closed meanwhile has not come.
    if (this.#connections.has(connection)) {
      inBackground(this.#ports.log, 'telling who came', this.presence.connect(accountId, roomIds));
    }
    return { epoch, rooms };
  }

  /** Takes a connection back that was forgotten while its socket stayed open: with its rooms, each where it was. */
  restore(
    connection: Connection,
    { accountId, epoch, synced }: { accountId: AccountId; epoch: LogEpoch; synced: boolean },
    cursors: Iterable<RoomCursor>,
  ): void {
    this.#connections.add(connection);
    this.#epoch ??= epoch;
    this.#openAccount(accountId, connection);
    this.presence.restore(accountId);
    this.#rooms.restore(connection, cursors, synced);
  }

  /** Adds a room to a connection that belongs to it from now on; gives its head, or undefined where it has it already. */
  async join(connection: Connection, roomId: RoomId): Promise<number | undefined> {
    const { subscriptions } = connection;
    if (subscriptions.has(roomId)) return undefined;
    return this.#rooms.open([roomId], () =>
      subscriptions.has(roomId) || !this.#connections.has(connection)
        ? undefined
        : this.#rooms.subscribe(connection, roomId),
    );
  }

  detach(connection: Connection): void {
    this.#connections.delete(connection);
    const roomIds = [...connection.subscriptions.keys()];
    this.#rooms.unsubscribe(connection);
    const accountId = connection.principal?.accountId;
    if (accountId === undefined) return;
    const account = this.#accounts.get(accountId);
    if (!account?.connections.delete(connection) || account.connections.size > 0) return;
    this.#accounts.delete(accountId);
    const { log } = this.#ports;
    inBackground(log, 'telling who left', this.presence.disconnect(accountId, roomIds));
    inBackground(
      log,
      'unsubscribing an account',
      account.subscribed.then((subscription) => subscription.unsubscribe()),
    );
  }

  /** The rooms of an account that is connected here: each of its connections has all of them. */
  #roomsOf(accountId: AccountId): RoomId[] {
    const [connection] = this.#accounts.get(accountId)?.connections ?? [];
    return [...(connection?.subscriptions.keys() ?? [])];
  }

  /** False where the logs have been of another epoch until now: then every connection ends, this one too. */
  #enter(epoch: LogEpoch): boolean {
    const isAnother = this.#epoch !== undefined && this.#epoch !== epoch;
    if (isAnother) this.#beginAnew();
    this.#epoch = epoch;
    return !isAnother;
  }

  /** The database was restored to an earlier state: what this process knows of logs, and has told of them, is not so any more. */
  #beginAnew(): void {
    this.#ports.log.warn({ connections: this.#connections.size }, 'the logs were set back: connections begin anew');
    for (const connection of this.#connections)
      if (connection.principal) connection.end('restart', 'the logs were set back');
    this.#rooms.forget();
    this.#epoch = undefined;
  }

  /** From now on this process says who is here, and looks whether those are whom its connections were told of. */
  startPresence(): { stop(): void } {
    const watch = new PresenceWatch(this.#ports, this.#rooms, (accountId) => this.presence.isHere(accountId));
    this.#rooms.onPayload = (roomId, payload) => watch.hear(roomId, payload);
    this.#ports.bus.onGap(() => watch.doubt());
    const timers = [this.presence.startKeeping(), watch.start()];
    return { stop: () => timers.forEach((timer) => timer.stop()) };
  }

  #states(): Record<ConnectionState, number> {
    const states = { unknown: 0, attaching: 0, ready: 0, closed: 0 };
    for (const { state } of this.#connections) states[state]++;
    return states;
  }

  #tell(connections: ReadonlySet<Connection>, hint: AccountHint): void {
    const parent = hint.kind === 'event' ? hint.trace : undefined;
    const span = parent && this.#ports.tracer?.begin('deliver event', { kind: 'consumer', parent });
    for (const each of connections) each.onHint(hint);
    if (!span) return;
    span.set({ 'kingbus.connections': connections.size });
    span.end();
  }

  #openAccount(accountId: AccountId, connection: Connection): OpenAccount {
    let account = this.#accounts.get(accountId);
    if (account === undefined) {
      const connections = new Set<Connection>();
      const subscribed = this.#ports.bus.subscribe(accountTopic(accountId), (payload) => {
        const hint = decodeAccountHint(payload);
        if (hint !== undefined) this.#tell(connections, hint);
      });
      this.#accounts.set(accountId, (account = { connections, subscribed }));
    }
    account.connections.add(connection);
    return account;
  }
}
