import { crc32 } from 'node:zlib';
import { Column } from './column.ts';
import { Texts } from './standing.ts';
import { bodyOf, idOf, idOfBody, numbersOf } from './texts.ts';
import type { Violations } from './violations.ts';

/** An entry of a log, as it is seen on a socket, read over HTTP, or found in the database. */
export interface Seen {
  seq: number;
  id: string;
  from: string;
  kind: string;
  body: string;
  at: string;
  target?: number | undefined;
}

/** What an entry does to an earlier text. */
export interface Change {
  kind: 'edit' | 'deletion';
  target: number;
}

/** What one device has sent, by its own numbers: 1, 2, 3 ... */
interface Sent {
  accountId: string;
  count: number;
  /** All up to here were found in the log, or were refused for good. */
  settled: number;
  room: Column;
  /** The sequence that an acknowledgement named. */
  acknowledged: Column;
  /** The sequence under which the log has it. */
  logged: Column;
  /** Those that are no new text. */
  changes: Map<number, Change>;
  /** Changes that came too late, because their text had been deleted. */
  refused: Set<number>;
}

/** What is known of one room. `print` holds a fingerprint an entry: of whoever saw it first, on a socket or in the log. */
interface RoomRecord {
  id: string;
  print: Column;
  /** How far the log has been read and found right, and the time of its last entry. */
  checked: number;
  at: string;
  texts: Texts;
  /** How many deletions of a text were ever sent. */
  deletions: Map<number, number>;
  /** Edits that were shown with the text of another one, which has to be a later one: `edit`, then the other. */
  claims: Map<string, { seq: number; shown: string; by: string }>;
}

/**
 * Everything that was sent, acknowledged, seen and logged, in a few numbers an entry: bodies follow from ids, what was seen
 * is kept as a fingerprint, and only what was edited or deleted costs more.
 */
export class Ledger {
  readonly violations: Violations;
  readonly rooms: RoomRecord[];
  readonly #sent: Sent[];
  sends = 0;
  acknowledgements = 0;
  refusals = 0;
  deliveries = 0;
  logged = 0;

  constructor(violations: Violations, roomIds: string[], accountIdOfDevice: string[]) {
    this.violations = violations;
    this.rooms = roomIds.map((id) => ({
      id,
      print: new Column(),
      checked: 0,
      at: '',
      texts: new Texts(),
      deletions: new Map(),
      claims: new Map(),
    }));
    this.#sent = accountIdOfDevice.map((accountId) => ({
      accountId,
      count: 0,
      settled: 0,
      room: new Column(),
      acknowledged: new Column(),
      logged: new Column(),
      changes: new Map(),
      refused: new Set(),
    }));
  }

  /** Takes note of a new entry, and gives its number. */
  send(device: number, room: number, change?: Change): number {
    const sent = this.#of(device);
    sent.room.set(++sent.count, room);
    if (change) sent.changes.set(sent.count, change);
    if (change?.kind === 'deletion') {
      const { deletions } = this.#room(room);
      deletions.set(change.target, (deletions.get(change.target) ?? 0) + 1);
    }
    this.sends++;
    return sent.count;
  }

  /** What an entry does to an earlier text; undefined where it is a text of its own. */
  changeOf(device: number, number: number): Change | undefined {
    return this.#sent[device]?.changes.get(number);
  }

  acknowledge(device: number, number: number, room: number, seq: number): void {
    const sent = this.#of(device);
    const name = idOf(device, number);
    const earlier = sent.acknowledged.get(number);
    if (earlier === 0) {
      sent.acknowledged.set(number, seq);
      this.acknowledgements++;
    } else if (earlier !== seq) {
      this.violations.add('ack-changed', `${name} was acknowledged as ${earlier}, then as ${seq}`);
    }
    if (sent.room.get(number) !== room)
      this.violations.add('ack-elsewhere', `${name} was acknowledged in another room`);
    const logged = sent.logged.get(number);
    if (logged !== 0 && logged !== seq) {
      this.violations.add('ack-elsewhere', `${name} was acknowledged as ${seq}, but the log has it as ${logged}`);
    }
  }

  /** A change was refused for good, which is right where another deletion of its text has ever been sent. */
  refuse(device: number, number: number): void {
    const sent = this.#of(device);
    if (sent.refused.has(number)) return;
    const change = sent.changes.get(number);
    const others = change ? (this.#room(sent.room.get(number)).deletions.get(change.target) ?? 0) : 0;
    if (change === undefined || others <= (change.kind === 'deletion' ? 1 : 0)) {
      this.violations.add('refused', `${idOf(device, number)} was refused, and nobody had deleted its text`);
    }
    sent.refused.add(number);
    this.refusals++;
  }

  /**
   * Somebody was shown an entry. What two saw at one place, or saw and found in the log, has to be the same; a text may be an
   * edited or a deleted one, and nothing else.
   *
   * @param settled the whole log was read, and nothing has been sent since: then a text has to be as it stands
   */
  see(room: number, message: Seen, by: string, settled = false): void {
    this.deliveries++;
    if (!this.#matches(room, message)) {
      this.violations.add('view-differs', `${by} saw another message than others at ${message.seq} of room ${room}`);
    }
    if (settled) this.#seeSettled(room, message, by);
    else if (message.body !== bodyOf(message.id) || message.kind === 'deletion') this.#seeChanged(room, message, by);
  }

  /** The next entry of a room's log. */
  log(room: number, message: Seen): void {
    const record = this.#room(room);
    const { seq, id, kind, target } = message;
    const where = `${id} at ${seq} of room ${room}`;
    if (seq !== record.checked + 1) this.violations.add('log-hole', `${where} follows ${record.checked}`);
    if (message.at < record.at)
      this.violations.add('at-back', `${where} is of ${message.at}, and follows ${record.at}`);
    record.checked = seq;
    record.at = message.at;
    this.logged++;

    const [device, number] = numbersOf(id);
    const sent = this.#sent[device];
    if (sent === undefined || !(number <= sent.count) || sent.room.get(number) !== room) {
      this.violations.add('log-foreign', `nobody sent ${where}`);
      return;
    }
    const earlier = sent.logged.get(number);
    if (earlier !== 0) this.violations.add('log-duplicate', `${where} is there already, at ${earlier}`);
    sent.logged.set(number, seq);
    if (sent.refused.has(number)) this.violations.add('log-foreign', `${where} was refused`);
    if (message.from !== sent.accountId) this.violations.add('log-differs', `${where} has another sender`);
    const change = sent.changes.get(number);
    if (kind !== (change?.kind ?? 'text') || target !== change?.target) {
      this.violations.add('log-differs', `${where} is a ${kind} of ${target}, and was sent as something else`);
    }
    if (change) record.texts.change({ ...change, id, seq });
    const acknowledged = sent.acknowledged.get(number);
    if (acknowledged !== 0 && acknowledged !== seq) {
      this.violations.add('ack-elsewhere', `${where} was acknowledged as ${acknowledged}`);
    }
    if (!this.#matches(room, message)) {
      this.violations.add('view-differs', `somebody saw another message than the log's: ${where}`);
    }
  }

  /** A row of the log whose text may have been changed since it was sent: it has to be as it stands. */
  stands(room: number, { seq, id, body }: Pick<Seen, 'seq' | 'id' | 'body'>, by: string): void {
    const { texts } = this.#room(room);
    if (body === texts.bodyAt(seq, id)) return;
    const where = `${id} at ${seq} of room ${room}`;
    if (texts.at(seq)?.deleted)
      this.violations.add('deleted-read', `${by} has the text of ${where}, which was deleted`);
    else this.violations.add('change-lost', `${by} has another text than stands for ${where}: ${body.slice(0, 20)}`);
  }

  /** After the whole log was read: whatever was acknowledged is in it. Gives how many entries are not in it and should be. */
  missing(): number {
    let missing = 0;
    for (const [device, sent] of this.#sent.entries()) {
      for (let number = sent.settled + 1; number <= sent.count; number++) {
        if (sent.logged.get(number) !== 0 || sent.refused.has(number)) {
          if (number === sent.settled + 1) sent.settled = number;
          continue;
        }
        missing++;
        const acknowledged = sent.acknowledged.get(number);
        if (acknowledged === 0) continue;
        const name = idOf(device, number);
        this.violations.add('ack-lost', `${name} was acknowledged as ${acknowledged} of room ${sent.room.get(number)}`);
      }
    }
    this.#settleClaims();
    return missing;
  }

  #seeSettled(room: number, { kind, seq, id, body, target }: Seen, by: string): void {
    if (kind === 'text') return this.stands(room, { seq, id, body }, by);
    const { texts } = this.#room(room);
    const standing = target === undefined ? undefined : texts.at(target);
    const expected = kind === 'edit' && standing && !standing.deleted ? bodyOf(standing.id) : '';
    if (body === expected) return;
    const where = `${id} at ${seq} of room ${room}`;
    if (standing?.deleted) this.violations.add('deleted-read', `${by} read in ${where} a text that was deleted`);
    else this.violations.add('change-lost', `${by} read another text than stands in ${where}`);
  }

  /** A text as it was not sent, or a change. The order of what was not logged yet is looked at when it is. */
  #seeChanged(room: number, { seq, id, kind, body, target }: Seen, by: string): void {
    const record = this.#room(room);
    const text = kind === 'text' ? seq : (target ?? 0);
    const isDeleted = body === '' && (record.deletions.get(text) ?? 0) > 0;
    if (isDeleted) return;
    const shown = idOfBody(body);
    const change = shown === undefined ? undefined : this.#changeIn(room, shown);
    if (kind === 'deletion' || shown === undefined || change?.kind !== 'edit' || change.target !== text) {
      const what = kind === 'deletion' && body === '' ? 'a deletion that nobody sent' : `the text ${body.slice(0, 20)}`;
      this.violations.add('view-differs', `${by} was shown ${what} at ${seq} of room ${room}`);
    } else if (kind === 'edit' && shown !== id) {
      record.claims.set(`${seq} ${shown}`, { seq, shown, by });
    }
  }

  /** An edit that was shown with another one's text: the other one came later. */
  #settleClaims(): void {
    for (const [room, { claims }] of this.rooms.entries()) {
      for (const { seq, shown, by } of claims.values()) {
        const [device, number] = numbersOf(shown);
        const logged = this.#of(device).logged.get(number);
        if (logged > seq) continue;
        this.violations.add('change-lost', `${by} saw at ${seq} of room ${room} the older text ${shown} of ${logged}`);
      }
      claims.clear();
    }
  }

  #changeIn(room: number, id: string): Change | undefined {
    const [device, number] = numbersOf(id);
    return this.#sent[device]?.room.get(number) === room ? this.changeOf(device, number) : undefined;
  }

  #matches(room: number, message: Seen): boolean {
    const { print } = this.#room(room);
    const known = print.get(message.seq);
    const found = fingerprint(message);
    if (known === 0) print.set(message.seq, found);
    return known === 0 || known === found;
  }

  #of(device: number): Sent {
    return this.#sent[device] as Sent;
  }

  #room(room: number): RoomRecord {
    return this.rooms[room] as RoomRecord;
  }
}

/** Of all that never changes: the text is looked at by itself. */
function fingerprint({ id, from, at, kind, target }: Seen): number {
  return crc32(`${id}\n${from}\n${at}\n${kind}\n${target ?? ''}`) || 1;
}
