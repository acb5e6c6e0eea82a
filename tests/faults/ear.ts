import { setTimeout as delay } from 'node:timers/promises';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import type { Books } from './books.ts';
import type { Connection } from './connection.ts';
import type { Picture } from './picture.ts';
import { listRooms } from './rooms.ts';

/** The device that hears. */
export interface Listener extends Books {
  readonly picture: Picture;
  isCurrent(connection: Connection): boolean;
  /** It has a connection again. */
  begun(): void;
  sendEntry(id: string): void;
}

/** What a device hears: takes it down in the books, and answers what has to be answered. */
export class Ear {
  readonly #of: Listener;

  constructor(of: Listener) {
    this.#of = of;
  }

  /** How far the account is known to have read each of its rooms. */
  marks(): Map<number, number> {
    const { account, traffic, view } = this.#of;
    return new Map(view.rooms.map((room) => [room, traffic.marks.accepted(account, room)]));
  }

  /** A frame of the connection that it has now. */
  hear(frame: ServerFrame, connection: Connection): void {
    const { ledger, marks, roomIndex, accountIndex, passes } = this.#of.traffic;
    const roomOf = (id: string) => roomIndex.get(id) ?? -1;
    const accountOf = (id: string) => accountIndex.get(id) ?? -1;
    switch (frame.type) {
      case 'ready':
        if (connection.isForbidden) {
          ledger.violations.add('session-admitted', `${connection.name} is ready, of a session that had ended`);
        }
        passes.expectAdmitted(this.#of.account, connection.before, 'got a connection');
        for (const { id, head, read } of frame.rooms) {
          marks.see(this.#of.account, roomOf(id), read, '`ready`', connection.marksBefore.get(roomOf(id)));
          if (read > head)
            ledger.violations.add('mark-moved', `\`ready\` names ${read} as read, and ${head} as the head`);
        }
        return this.#begin(frame.rooms, connection);
      case 'message':
        return this.#of.view.receive(roomOf(frame.room), frame, this.#of.traffic.phase === 'settled');
      case 'ack':
        connection.settle(frame.id);
        if (connection.misused === frame.id && !this.#of.outbox.has(frame.id)) {
          ledger.violations.add('conflict-missed', `${frame.id} was taken again with another body`);
        }
        return this.#of.outbox.acknowledge(frame.id, roomOf(frame.room), frame.seq);
      case 'error':
        return this.#hearError(frame, connection);
      case 'renewed':
        if (connection.isRenewing) connection.isRenewing = false;
        else if (connection.awaitsRefusal) {
          ledger.violations.add('session-admitted', `${connection.name} took the token of a session that had ended`);
        }
        return;
      case 'read':
        return marks.see(accountOf(frame.account), roomOf(frame.room), frame.seq, 'a frame');
      case 'presence':
        return this.#of.picture.tell(roomOf(frame.room), accountOf(frame.account), frame.online);
      default:
    }
  }

  /** Ready: says where to go on from, and sends what is still open. */
  #begin(rooms: { id: string; head: number }[], connection: Connection): void {
    const heads = new Map(rooms.map(({ id, head }) => [this.#of.traffic.roomIndex.get(id) ?? -1, head]));
    const cursors = this.#of.view.resume(heads, this.#of.traffic.phase === 'storm' ? this.#of.random : undefined);
    connection.send({ type: 'sync', rooms: this.named(cursors) });
    connection.ready();
    this.#of.picture.clear();
    this.#of.begun();
    for (const id of this.#of.outbox.open('socket')) this.#of.sendEntry(id);
    void this.#look(connection);
  }

  /** Cursors as `sync` names them. */
  named(cursors: ReadonlyMap<number, number>): Record<string, number> {
    return Object.fromEntries([...cursors].map(([room, seq]) => [this.#of.traffic.ledger.rooms[room]?.id, seq]));
  }

  lookAgain(connection: Connection): void {
    this.#of.picture.clear();
    void this.#look(connection);
  }

  /** Asks how its rooms stand, as a page does at every connection. */
  async #look(connection: Connection): Promise<void> {
    const { api, marks, passes, roomIndex, accountIndex } = this.#of.traffic;
    for (;;) {
      await delay(this.#of.random.int(50, 500));
      if (!this.#of.isCurrent(connection)) return;
      const marksBefore = this.marks();
      const rooms = await listRooms(api, await passes.tokenOf(connection.pass));
      if (!this.#of.isCurrent(connection)) return;
      if (rooms === undefined) continue;
      for (const { id, read, members } of rooms) {
        const room = roomIndex.get(id) ?? -1;
        marks.see(this.#of.account, room, read, 'GET', marksBefore.get(room));
        for (const each of members) {
          const account = accountIndex.get(each.id) ?? -1;
          if (account !== this.#of.account) this.#of.picture.load(room, account, each.online);
        }
      }
      return this.#of.picture.loaded();
    }
  }

  #hearError({ code, id, retryAfter }: Extract<ServerFrame, { type: 'error' }>, connection: Connection): void {
    this.#of.traffic.doings.add(`error ${code}`);
    if (id !== undefined && id === connection.misused) {
      // Whether it would have been refused is not known; it may be asked again.
      if (code === 'conflict' || code === 'unavailable') connection.misused = undefined;
      if (code === 'conflict') return;
    } else if (id !== undefined) connection.settle(id);
    switch (code) {
      // The close code tells a bad token from an auth frame that a broken network held back for too long.
      case 'unauthenticated':
        return;
      case 'not_changeable':
        return id === undefined ? undefined : this.#of.outbox.refuse(id);
      case 'unavailable':
      case 'rate_limited':
        if (id === undefined) connection.awaitsRefusal = connection.isRenewing = false;
        else if (this.#of.outbox.has(id)) this.#sendAgain(id, (retryAfter ?? 0) * 1_000, connection);
        return;
      case 'not_found':
        // To who is suspended no room is there.
        if (connection.pass.ending && id !== undefined) return this.#sendAgain(id, 500, connection);
        return this.#violate(`device ${this.#of.index} got ${code}${id === undefined ? '' : ` for ${id}`}`);
      default:
        return this.#violate(`device ${this.#of.index} got ${code}${id === undefined ? '' : ` for ${id}`}`);
    }
  }

  #sendAgain(id: string, after: number, connection: Connection): void {
    setTimeout(
      () => {
        if (this.#of.isCurrent(connection) && this.#of.outbox.has(id)) this.#of.sendEntry(id);
      },
      after + this.#of.random.int(50, 400),
    );
  }

  #violate(what: string): void {
    this.#of.traffic.ledger.violations.add('refused', what);
  }
}
