import { crc32 } from 'node:zlib';
import { hash } from './random.ts';
import type { Violations } from './violations.ts';

/** A message as it is seen on a socket or read from the log. */
export interface Seen {
  seq: number;
  id: string;
  from: string;
  body: string;
  at: string;
}

/** A growing column of numbers: some 4 bytes a message, so that a million of them cost little. */
class Column {
  #values = new Uint32Array(1024);

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = new Uint32Array(Math.max(index + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[index] = value;
  }
}

/** What one device has sent, by its own numbers: 1, 2, 3 ... */
interface Sent {
  accountId: string;
  count: number;
  /** All up to here were found in the log. */
  settled: number;
  room: Column;
  /** The sequence that an acknowledgement named. */
  acknowledged: Column;
  /** The sequence under which the log has it. */
  logged: Column;
}

/** What is known of one room. `print` holds a fingerprint a message: of whoever saw it first, on a socket or in the log. */
interface RoomRecord {
  id: string;
  print: Column;
  /** How far the log has been read and found right. */
  checked: number;
}

/**
 * Everything that was sent, acknowledged, seen and logged, in a few numbers a message: bodies follow from the message's
 * id, and what was seen is kept as a fingerprint.
 */
export class Ledger {
  readonly violations: Violations;
  readonly rooms: RoomRecord[];
  readonly #sent: Sent[];
  sends = 0;
  acknowledgements = 0;
  deliveries = 0;
  logged = 0;

  constructor(violations: Violations, roomIds: string[], accountIdOfDevice: string[]) {
    this.violations = violations;
    this.rooms = roomIds.map((id) => ({ id, print: new Column(), checked: 0 }));
    this.#sent = accountIdOfDevice.map((accountId) => ({
      accountId,
      count: 0,
      settled: 0,
      room: new Column(),
      acknowledged: new Column(),
      logged: new Column(),
    }));
  }

  /** Takes note of a new message, and gives its number. */
  send(device: number, room: number): number {
    const sent = this.#of(device);
    sent.room.set(++sent.count, room);
    this.sends++;
    return sent.count;
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

  /** A device was shown a message. What two saw at one place, or saw and found in the log, has to be the same. */
  see(room: number, message: Seen, by: string): void {
    this.deliveries++;
    if (!this.#matches(room, message)) {
      this.violations.add('view-differs', `${by} saw another message than others at ${message.seq} of room ${room}`);
    }
  }

  /** The next message of a room's log. */
  log(room: number, message: Seen): void {
    const record = this.#room(room);
    const { seq, id } = message;
    const where = `${id} at ${seq} of room ${room}`;
    if (seq !== record.checked + 1) this.violations.add('log-hole', `${where} follows ${record.checked}`);
    record.checked = seq;
    this.logged++;

    const [device, number] = numbersOf(id);
    const sent = this.#sent[device];
    if (sent === undefined || number > sent.count || sent.room.get(number) !== room) {
      this.violations.add('log-foreign', `nobody sent ${where}`);
      return;
    }
    const earlier = sent.logged.get(number);
    if (earlier !== 0) this.violations.add('log-duplicate', `${where} is there already, at ${earlier}`);
    sent.logged.set(number, seq);
    if (message.from !== sent.accountId) this.violations.add('log-differs', `${where} has another sender`);
    if (message.body !== bodyOf(device, number)) this.violations.add('log-differs', `${where} has another body`);
    const acknowledged = sent.acknowledged.get(number);
    if (acknowledged !== 0 && acknowledged !== seq) {
      this.violations.add('ack-elsewhere', `${where} was acknowledged as ${acknowledged}`);
    }
    if (!this.#matches(room, message)) {
      this.violations.add('view-differs', `somebody saw another message than the log's: ${where}`);
    }
  }

  /** After the whole log was read: whatever was acknowledged is in it. Gives how many messages are not in it. */
  missing(): number {
    let missing = 0;
    for (const [device, sent] of this.#sent.entries()) {
      for (let number = sent.settled + 1; number <= sent.count; number++) {
        if (sent.logged.get(number) !== 0) {
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
    return missing;
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

export const idOf = (device: number, number: number): string => `${device}-${number}`;

export function numbersOf(id: string): [device: number, number: number] {
  const [device, number] = id.split('-');
  return [Number(device), Number(number)];
}

const words = '안녕하세요, 정시에 출발합니다 🚌 the bus leaves at nine from the usual place. "인용"\n새 줄\\ ';
const text = words.repeat(80);

/** The text of a message, the same whenever it is asked for: mostly a line, seldom a page. */
export function bodyOf(device: number, number: number): string {
  const id = idOf(device, number);
  const chance = hash(id);
  const length = chance % 200 === 0 ? 2_000 + (chance % 1_900) : 10 + (chance % 150);
  return `${id} ${text.slice(chance % words.length, (chance % words.length) + length)}`.toWellFormed();
}

function fingerprint({ id, from, at, body }: Seen): number {
  return crc32(`${id}\n${from}\n${at}\n${body}`) || 1;
}
