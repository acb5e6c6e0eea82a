import { generateKeyPair, exportJWK } from 'jose';
import { createKeys } from '../../adapters/shared/keys.ts';
import { createMemoryBus } from '../../adapters/memory/bus.ts';
import { createNoMetrics } from '../../adapters/memory/metrics.ts';
import { createMemoryPresence } from '../../adapters/memory/presence.ts';
import type { Database } from '../../db/engine/client.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import { Session } from '../../functions/chat/session.ts';
import type { ChatSocket } from '../../functions/chat/socket.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import type { Bus, Ports } from '../../functions/ports.ts';
import type { AccountId, LogEpoch, RoomId, SessionId } from '../../schema/ids.ts';

/** What stands in MariaDB, as far as connections ask for it. */
interface Tables {
  ended: Set<SessionId>;
  rooms: Map<RoomId, number>;
  /** How far everyone has read. */
  read: number;
  epoch: LogEpoch;
}

/**
 * The chat of one process over a database, a bus and sockets that a test holds in its hand: for what happens between two
 * steps, which real ones do in microseconds.
 */
export class FakeChat {
  readonly tables: Tables = { ended: new Set(), rooms: new Map(), read: 0, epoch: 'first' as LogEpoch };
  /** While it is set, no statement is answered but with this error. */
  outage: Error | undefined;
  /** Called with each statement before it is answered. */
  onStatement: (sql: string) => void | Promise<void> = () => {};
  /** Called before a subscription stands. */
  onSubscribe: (topic: string) => void | Promise<void> = () => {};
  readonly bus: Bus;
  readonly ports: Ports;
  readonly hub: Hub;
  readonly #gaps: (() => void)[] = [];

  static async open(): Promise<FakeChat> {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    return new FakeChat(await createKeys([{ ...(await exportJWK(privateKey)), kid: 'test' }]));
  }

  private constructor(keys: Ports['keys']) {
    const silent = () => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const memory = createMemoryBus(log);
    this.bus = {
      ...memory,
      subscribe: async (topic, receive) => {
        await this.onSubscribe(topic);
        return memory.subscribe(topic, receive);
      },
      onGap: (listener) => void this.#gaps.push(listener),
    };
    const clock = { now: () => Date.now() };
    this.ports = {
      db: { $client: { query: (statement: Statement, values: unknown[]) => this.#answer(statement, values) } },
      bus: this.bus,
      keys,
      clock,
      log,
      metrics: createNoMetrics(),
      presence: createMemoryPresence(clock),
      settings: { publicOrigin: 'http://kingbus.test', chat: defaultChatLimits },
    } as unknown as Ports & { db: Database };
    this.hub = new Hub(this.ports, (texts) => texts);
  }

  /** Payloads may have been lost, says the bus. */
  announceGap(): void {
    for (const listener of this.#gaps) listener();
  }

  connect(principal: Principal): FakeConnection {
    const socket = new FakeSocket();
    const session = new Session(this.ports, this.hub, socket);
    session.open(principal);
    return { session, socket };
  }

  async #answer({ sql }: Statement, values: unknown[]): Promise<unknown[]> {
    await this.onStatement(sql);
    if (this.outage) throw this.outage;
    return [this.#rowsOf(sql, values.flat()), []];
  }

  #rowsOf(sql: string, values: unknown[]): unknown[][] {
    if (/`sessions`\.`id` in/u.test(sql)) {
      return (values as SessionId[]).filter((id) => !this.tables.ended.has(id)).map((id) => [id]);
    }
    if (sql.includes('from `sessions`')) {
      return [['active', this.tables.ended.has(values[0] as SessionId) ? '2026-01-01 00:00:00.000' : null]];
    }
    if (sql.includes('from `log_epoch`')) return [[this.tables.epoch]];
    if (sql.includes('from `messages`')) {
      const [room, after, before, limit] = values as [RoomId, number, number, number];
      const end = Math.min(before, (this.tables.rooms.get(room) ?? 0) + 1, after + 1 + limit);
      return Array.from({ length: Math.max(0, end - after - 1) }, (_, index) => messageRow(after + 1 + index));
    }
    if (sql.includes('from `room_members`')) {
      return Array.from(this.tables.rooms, ([id, head]) => [id, head, this.tables.read]);
    }
    return Array.from(this.tables.rooms).filter(([id]) => values.includes(id));
  }
}

const messageRow = (seq: number): unknown[] => {
  const sentAt = '2026-01-01 00:00:00.000';
  return [seq, 'someone', `m-${seq}`, 'text', `${seq}`, null, sentAt, null, null];
};

interface Statement {
  sql: string;
}

export interface FakeConnection {
  session: Session;
  socket: FakeSocket;
}

export class FakeSocket implements ChatSocket {
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** When it asked last to be woken. */
  wakesAt: number | undefined;
  readonly #close: (end: { code: number; reason: string }) => void;
  readonly #waiting = new Set<() => void>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = promise;
    this.#close = resolve;
  }

  send(text: string): boolean {
    this.frames.push(JSON.parse(text) as ServerFrame);
    for (const wake of this.#waiting) wake();
    return true;
  }

  sendFrames(frames: readonly string[] | Uint8Array): boolean {
    for (const text of frames as readonly string[]) this.send(text);
    return true;
  }

  close(code: number, reason: string): void {
    this.#close({ code, reason });
  }

  bufferedBytes(): number {
    return 0;
  }

  async drained(): Promise<void> {}

  wakeAt(time: number | undefined): void {
    this.wakesAt = time;
  }

  /** The first frame of this type, once it has come. */
  async first<Type extends ServerFrame['type']>(type: Type): Promise<Extract<ServerFrame, { type: Type }>> {
    for (;;) {
      const found = this.frames.find((frame) => frame.type === type);
      if (found) return found as Extract<ServerFrame, { type: Type }>;
      await new Promise<void>((resolve) => void this.#waiting.add(resolve));
    }
  }
}

/** Somebody with a session, whose token has ten minutes yet. */
export const someone = (accountId = crypto.randomUUID() as AccountId): Principal => ({
  accountId,
  role: 'customer',
  sessionId: crypto.randomUUID() as SessionId,
  expiresAt: Date.now() + 600_000,
});
