import { readLogEpoch } from '../../db/log-epoch.ts';
import { listMembershipsOf } from '../../db/rooms.ts';
import { listLiveKeys } from '../../db/api-keys.ts';
import { listLiveSessions } from '../../db/sessions.ts';
import type { AccountId, ApiKeyId, LogEpoch, SessionId } from '../../schema/ids.ts';
import type { Ports } from '../ports.ts';
import { inBackground } from './background.ts';
import type { Connection } from './connection.ts';
import { jittered } from './jittered.ts';
import { limits } from './limits.ts';
import type { OpenRooms } from './open-rooms.ts';
import { portionsOf } from './portions.ts';

/** What is told to whoever holds the connections. */
interface SweeperListener {
  /** The database is in this epoch. */
  onEpoch(epoch: LogEpoch): void;
  /** A log ends before what was delivered of it. */
  onSetBack(): void;
}

type SweeperPorts = Pick<Ports, 'db' | 'bus' | 'log' | 'metrics'>;

/**
 * Compares what a process knows with MariaDB, now and then and whenever hints may have been lost: finds messages, ends of
 * sessions and memberships that a lost hint, a dead process or the other home never told.
 */
export class Sweeper {
  readonly #ports: SweeperPorts;
  readonly #rooms: OpenRooms;
  readonly #connections: ReadonlySet<Connection>;
  readonly #listener: SweeperListener;
  #sweeping = false;
  /** Hints may have been lost while a sweep had looked already. */
  #isStale = false;

  constructor(ports: SweeperPorts, rooms: OpenRooms, connections: ReadonlySet<Connection>, listener: SweeperListener) {
    this.#listener = listener;
    this.#ports = ports;
    this.#rooms = rooms;
    this.#connections = connections;
    ports.bus.onGap(() => {
      ports.metrics.count('bus_gaps', {});
      inBackground(ports.log, 'catching up', this.catchUp());
    });
  }

  /** Finds whatever was not told. */
  async catchUp(): Promise<void> {
    this.#isStale = this.#sweeping;
    await Promise.all([this.sweep(), this.#findNewRooms()]);
  }

  /** Compares all open rooms, all sessions of open connections, and the epoch of the logs. */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const startedAt = performance.now();
    try {
      do {
        this.#isStale = false;
        await Promise.all([this.#compareHeads(), this.#compareSessions(), this.#compareEpoch()]);
      } while (this.#isStale);
      this.#ports.metrics.observe('chat_sweep_seconds', {}, (performance.now() - startedAt) / 1000);
    } catch (error) {
      this.#ports.log.debug({ err: error }, 'a sweep failed; the next one looks again');
    } finally {
      this.#sweeping = false;
    }
  }

  /** Sweeps again and again, each time after a pause of its own length, so that processes do not sweep in step. */
  start(): { stop(): void } {
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    let dueAt = 0;
    const schedule = () => {
      if (!stopped) timer = setTimeout(() => void sweepIfDue(), jittered(limits.sweepWithoutBusMs));
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

  async #compareHeads(): Promise<void> {
    if (!(await this.#rooms.compareHeads())) this.#listener.onSetBack();
  }

  async #compareEpoch(): Promise<void> {
    if (this.#connections.size > 0) this.#listener.onEpoch(await readLogEpoch(this.#ports.db));
  }

  async #compareSessions(): Promise<void> {
    const [sessionIds, keyIds] = [new Set<SessionId>(), new Set<SessionId>()];
    for (const { principal } of this.#connections) {
      if (principal) (principal.scopes ? keyIds : sessionIds).add(principal.sessionId);
    }
    const { db } = this.#ports;
    await this.#endAll(sessionIds, (portion) => listLiveSessions(db, portion));
    await this.#endAll(keyIds, (portion) => listLiveKeys(db, portion as string[] as ApiKeyId[]));
  }

  /** Ends the connections of those that are not among the live ones. */
  async #endAll(ids: ReadonlySet<SessionId>, listLive: (portion: SessionId[]) => Promise<string[]>): Promise<void> {
    for (const portion of portionsOf([...ids])) {
      const live = new Set<string>(await listLive(portion));
      const ended = new Set(portion.filter((id) => !live.has(id)));
      if (ended.size === 0) continue;
      for (const connection of this.#connections) {
        const sessionId = connection.principal?.sessionId;
        if (sessionId !== undefined && ended.has(sessionId)) connection.onHint({ kind: 'session_ended', sessionId });
      }
    }
  }

  /** Someone may have been taken into a room without hearing of it. */
  async #findNewRooms(): Promise<void> {
    try {
      const connections = new Map<AccountId, Connection[]>();
      for (const connection of this.#connections) {
        const accountId = connection.principal?.accountId;
        if (accountId !== undefined) connections.set(accountId, [...(connections.get(accountId) ?? []), connection]);
      }
      for (const portion of portionsOf([...connections.keys()])) {
        for (const { accountId, roomId } of await listMembershipsOf(this.#ports.db, portion)) {
          for (const connection of connections.get(accountId) ?? [])
            connection.onHint({ kind: 'joined', room: roomId });
        }
      }
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'memberships could not be compared');
    }
  }
}
