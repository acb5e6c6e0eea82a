import type { Books } from '../books.ts';
import type { Random } from '../random.ts';

/** What an action may do with the device whose turn it is; the device is connected, and ready. */
export interface Actor extends Books {
  /** Sends a frame, if the connection still stands. */
  send(frame: object): void;
  /** Sends what an entry of the outbox says, now or once more. */
  sendEntry(id: string): void;
  /** The same by HTTP, until it is acknowledged. */
  postEntry(id: string): void;
  /** Hangs up; it comes back by itself, perhaps elsewhere. */
  leave(): void;
  /** The same, in the middle of a frame. */
  tear(): void;
  /** Takes nothing for so many milliseconds. */
  stall(ms: number): void;
  /** Sends an acknowledged id with another text, which has to be refused. */
  misuse(id: string): void;
  /** Says by HTTP that a room was read up to `seq`. */
  markReadByHttp(room: number, seq: number): Promise<void>;
  /** Ends its session, and goes on with a new one. The connection of the old one stays as it is. */
  logOut(): Promise<void>;
  /** Presents a token of a session of its account that has ended: in band, or with a new connection. */
  presentEnded(where: 'in band' | 'at the upgrade'): void;
}

/** Something that a device does for no reason at all. */
export interface Action {
  /** How likely it is at each turn of a device; a device has some 25 turns a second. */
  chance: number;
  act(actor: Actor): void;
}

export type Actions = Readonly<Record<string, Action>>;

/** One of the actions, or none, as chance says. */
export function draw(actions: readonly Action[], random: Random): Action | undefined {
  let left = random.fraction();
  return actions.find(({ chance }) => (left -= chance) < 0);
}
