import type { AccountId, RoomId } from '../../schema/ids.ts';
import { encodeEphemeral } from '../events/room-hints.ts';
import { roomTopic } from '../events/topics.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { limits } from './limits.ts';

/** The most rooms that are told of one account's coming and going; presence is the first thing to be left out. */
const toldRooms = 100;

type TrackerPorts = Pick<Ports, 'bus' | 'clock' | 'presence' | 'settings'>;

/** Keeps the presence of the accounts that are connected to this process, and tells their rooms. */
export class PresenceTracker {
  readonly #ports: TrackerPorts;
  readonly #roomsOf: (accountId: AccountId) => RoomId[];
  readonly #present = new Set<AccountId>();
  /** What is being told of an account: its coming and its going are told in this order. */
  readonly #turns = new Map<AccountId, Promise<void>>();

  /** @param roomsOf the rooms of an account that is connected here */
  constructor(ports: TrackerPorts, roomsOf: (accountId: AccountId) => RoomId[]) {
    this.#ports = ports;
    this.#roomsOf = roomsOf;
  }

  /** An account's first connection to this process is ready. */
  async connect(accountId: AccountId, rooms: RoomId[]): Promise<void> {
    if (this.#present.has(accountId)) return;
    this.#present.add(accountId);
    await this.#inTurn(accountId, async () => {
      const forgotten = await this.#ports.presence.keep([accountId]);
      await this.#tell(rooms, { account: accountId, online: true });
      void this.#tellAgain(forgotten.filter((id) => id !== accountId));
    });
  }

  /** An account's connection was here before the process forgot it: nobody has to be told. */
  restore(accountId: AccountId): void {
    this.#present.add(accountId);
  }

  /** An account's last connection to this process has closed. */
  async disconnect(accountId: AccountId, rooms: RoomId[]): Promise<void> {
    if (!this.#present.delete(accountId)) return;
    await this.#inTurn(accountId, async () => {
      if (this.#present.has(accountId)) return;
      const { elsewhere } = await this.#ports.presence.leave(accountId);
      if (elsewhere) return;
      const lastSeenAt = toInstant(this.#ports.clock.now());
      await this.#tell(rooms, { account: accountId, online: false, lastSeenAt });
    });
  }

  /** Whether an account has a connection here. */
  isHere(accountId: AccountId): boolean {
    return this.#present.has(accountId);
  }

  /** Says again and again that they are still here, three times as often as it would be forgotten. */
  startKeeping(): { stop(): void } {
    const { settings } = this.#ports;
    const timer = setInterval(() => void this.beat(), settings.chat.presenceMs / limits.presenceBeats);
    return { stop: () => clearInterval(timer) };
  }

  /** Says once more who is here, and tells the rooms of those of whom that was not known. */
  async beat(): Promise<void> {
    await this.#tellAgain(await this.#ports.presence.keep([...this.#present]));
  }

  /** Whoever asked while nobody knew of them was told that they are away, and would believe it for ever. One after the other: they may be many. */
  async #tellAgain(accountIds: AccountId[]): Promise<void> {
    for (const account of accountIds) {
      await this.#inTurn(account, async () => {
        if (this.#present.has(account)) await this.#tell(this.#roomsOf(account), { account, online: true });
      });
    }
  }

  async #inTurn(accountId: AccountId, tell: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(accountId) ?? Promise.resolve()).catch(() => {}).then(tell);
    this.#turns.set(accountId, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(accountId) === turn) this.#turns.delete(accountId);
    }
  }

  async #tell(rooms: RoomId[], state: { account: AccountId; online: boolean; lastSeenAt?: string }): Promise<void> {
    await Promise.all(
      rooms
        .slice(0, toldRooms)
        .map((room) =>
          this.#ports.bus.publish(
            roomTopic(room),
            encodeEphemeral({ type: 'presence', room, ...state }, state.account),
          ),
        ),
    );
  }
}
