import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../functions/chat/frames.ts';
import { bodyOf, numbersOf } from './ledger.ts';
import { outboxLimit, Outbox } from './outbox.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import { View } from './view.ts';

/** How long an answer may take before a device gives its connection up, in milliseconds. */
const patience = 6_000;
/** How old a connection's token may be before the device sends another one, in milliseconds. */
const renewAfter = 120_000;

/**
 * One device of one account. It does what the protocol asks of a client: names its cursors, sends again, with the same
 * ids, what was not acknowledged, and comes back after every loss. Beside that it reads slowly, leaves in the middle of a
 * frame, sends twice, and moves elsewhere for no reason.
 */
export class Device {
  readonly index: number;
  readonly account: number;
  readonly view: View;
  readonly outbox: Outbox;
  readonly #traffic: Traffic;
  readonly #random: Random;
  #socket: WebSocket | undefined;
  #raw: Socket | undefined;
  #ready = false;
  #tokenSince = 0;
  #ended = false;
  #lostAt = performance.now();
  /** An acknowledged message that was sent again with another body. */
  #probe: string | undefined;
  /** How many answers are owed for an id on this connection. */
  readonly #owed = new Map<string, number>();
  /** The longest time without a connection that was ready, in milliseconds. */
  longestAbsence = 0;

  constructor(
    traffic: Traffic,
    device: { index: number; account: number; rooms: ReadonlyMap<number, string>; random: Random },
  ) {
    this.index = device.index;
    this.account = device.account;
    this.#traffic = traffic;
    this.#random = device.random;
    this.view = new View(traffic.ledger, `device ${device.index}`, [...device.rooms.keys()]);
    this.outbox = new Outbox(device.index, device.rooms, traffic);
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Lives until `end`. */
  async live(): Promise<void> {
    const acting = this.#act();
    while (!this.#ended) {
      await this.#connect().catch((error: unknown) =>
        this.#traffic.doings.add(`failed: ${String(error).slice(0, 80)}`),
      );
      if (!this.#ended) await delay(this.#random.int(20, 300));
    }
    await acting;
  }

  end(): void {
    this.#ended = true;
    this.#socket?.terminate();
  }

  /** Hangs up; it comes back by itself, perhaps elsewhere. */
  leave(): void {
    this.#socket?.terminate();
    this.#lose();
  }

  /** One connection, from its opening to its end. */
  async #connect(): Promise<void> {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const token = await this.#traffic.token(this.account);
    const origin = this.#random.pick(this.#traffic.chatOrigins);
    const way = this.#random.int(0, 2);
    const socket = new WebSocket(
      `${origin.replace('http', 'ws')}/ws`,
      way === 0 ? ['kingbus.v1', `bearer.${token}`] : ['kingbus.v1'],
      {
        handshakeTimeout: 3_000,
        perMessageDeflate: false,
        ...(way === 1 && { headers: { Authorization: `Bearer ${token}` } }),
      },
    );
    this.#socket = socket;
    this.#tokenSince = performance.now();
    const readyTimer = setTimeout(() => socket.terminate(), patience + 2_000);
    socket.on('upgrade', ({ socket: raw }) => (this.#raw = raw));
    socket.on('open', () => {
      if (way === 2) socket.send(JSON.stringify({ type: 'auth', token }));
    });
    socket.on('message', (data: Buffer) => {
      // What was already on the way when we hung up belongs to no view.
      if (this.#socket === socket) this.#receive(JSON.parse(data.toString()) as ServerFrame, readyTimer);
    });
    socket.on('error', () => {});
    socket.on('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      this.#traffic.reconnects.add(`answered ${statusCode}`);
      if (statusCode === 401) this.#violate(`a good token was refused at ${origin}`);
      close();
    });
    socket.on('close', (code) => {
      this.#traffic.reconnects.add(`closed ${code}`);
      if (code === 4401) this.#violate('got a good token refused');
      close();
    });
    await closed;
    clearTimeout(readyTimer);
    if (this.#socket === socket) this.#lose();
  }

  #lose(): void {
    if (this.#ready) this.#lostAt = performance.now();
    this.#socket = undefined;
    this.#raw = undefined;
    this.#ready = false;
    this.#probe = undefined;
    this.#owed.clear();
  }

  #receive(frame: ServerFrame, readyTimer: NodeJS.Timeout): void {
    switch (frame.type) {
      case 'ready':
        clearTimeout(readyTimer);
        return this.#begin(frame.rooms);
      case 'message':
        return this.view.receive(this.#traffic.roomIndex.get(frame.room) ?? -1, frame);
      case 'ack':
        this.#settle(frame.id);
        if (this.#probe === frame.id && !this.outbox.has(frame.id)) {
          this.#traffic.ledger.violations.add('conflict-missed', `${frame.id} was taken again with another body`);
        }
        return this.outbox.acknowledge(frame.id, this.#traffic.roomIndex.get(frame.room) ?? -1, frame.seq);
      case 'error':
        return this.#hearError(frame);
      case 'bye':
      case 'renewed':
      case 'read':
      case 'typing':
      case 'presence':
      case 'joined':
      case 'event':
      case 'pong':
    }
  }

  /** Ready: says where to go on from, and sends what is still open. */
  #begin(rooms: { id: string; head: number }[]): void {
    const heads = new Map(rooms.map(({ id, head }) => [this.#traffic.roomIndex.get(id) ?? -1, head]));
    const cursors = this.view.resume(heads, this.#traffic.calm ? undefined : this.#random);
    const named = Object.fromEntries([...cursors].map(([room, seq]) => [this.#traffic.ledger.rooms[room]?.id, seq]));
    this.#send({ type: 'sync', rooms: named });
    this.#ready = true;
    this.longestAbsence = Math.max(this.longestAbsence, performance.now() - this.#lostAt);
    for (const id of this.outbox.open('socket')) this.#sendMessage(id);
  }

  #hearError({ code, id, retryAfter }: Extract<ServerFrame, { type: 'error' }>): void {
    this.#traffic.doings.add(`error ${code}`);
    if (id !== undefined) this.#settle(id);
    if (code === 'conflict' && id !== undefined && id === this.#probe) return void (this.#probe = undefined);
    // The close code tells a bad token from an auth frame that a broken network held back for too long.
    if (code === 'unauthenticated') return;
    if (code !== 'unavailable' && code !== 'rate_limited') {
      return this.#violate(`got ${code}${id === undefined ? '' : ` for ${id}`}`);
    }
    if (id === undefined || !this.outbox.has(id)) return;
    const socket = this.#socket;
    setTimeout(
      () => {
        if (this.#socket === socket && this.outbox.has(id)) this.#sendMessage(id);
      },
      (retryAfter ?? 0) * 1_000 + this.#random.int(50, 400),
    );
  }

  /** Whatever a device does by itself. */
  async #act(): Promise<void> {
    while (!this.#ended) {
      await delay(this.#random.int(20, 60));
      if (this.#ready && this.outbox.longestDue() > patience) {
        this.#traffic.doings.add('gave up waiting');
        this.leave();
      }
      if (this.#ready && performance.now() - this.#tokenSince > renewAfter) await this.#renew();
      if (this.#traffic.calm || this.#ended) continue;
      this.#sendSome();
      if (this.#ready) this.#misbehave();
    }
  }

  #sendSome(): void {
    const free = outboxLimit - this.outbox.size;
    const count = free > 0 ? this.#traffic.allowance(Math.min(free, this.#random.int(1, 6))) : 0;
    for (let index = 0; index < count; index++) {
      const byHttp = this.#random.chance(0.03) && this.#traffic.httpOrigins.length > 0;
      const id = this.outbox.add(this.#random, byHttp ? 'http' : 'socket');
      if (byHttp) void this.outbox.post(id, () => this.#traffic.token(this.account), this.#random);
      else if (this.#ready) this.#sendMessage(id);
      if (this.#ready && this.#random.chance(0.02)) this.#sendMessage(id);
    }
  }

  #misbehave(): void {
    const { doings } = this.#traffic;
    const socket = this.#socket;
    if (socket === undefined) return;
    const old = this.outbox.anAcknowledged(this.#random);
    const chance = this.#random.fraction();
    if (chance < 0.002) {
      doings.add('left');
      this.leave();
    } else if (chance < 0.003) {
      doings.add('left in the middle of a frame');
      // A masked text frame that says it is 4096 bytes long, and ends here.
      this.#raw?.write(Buffer.from([0x81, 0xfe, 0x10, 0x00, 1, 2, 3, 4, 5, 6, 7]));
      this.#raw?.resetAndDestroy();
      this.#lose();
    } else if (chance < 0.005) {
      doings.add('read slowly');
      socket.pause();
      setTimeout(() => socket.resume(), this.#random.int(200, 2_500));
    } else if (chance < 0.015 && old !== undefined && old !== this.#probe) {
      doings.add('sent an old message again');
      this.#sendMessage(old);
    } else if (chance < 0.018 && old !== undefined && this.#probe === undefined && !this.#owed.has(old)) {
      doings.add('used an id again');
      this.#probe = old;
      this.#send({ type: 'send', id: old, room: this.outbox.roomIdOf(old), body: 'something else' });
    } else if (chance < 0.06) {
      const [room, seq] = this.view.somewhere(this.#random);
      const id = this.#traffic.ledger.rooms[room]?.id;
      this.#send(chance < 0.04 ? { type: 'typing', room: id } : { type: 'read', room: id, seq });
    }
  }

  async #renew(): Promise<void> {
    this.#tokenSince = performance.now();
    this.#traffic.doings.add('renewed its token');
    this.#send({ type: 'auth', token: await this.#traffic.token(this.account) });
  }

  #sendMessage(id: string): void {
    this.outbox.asked(id);
    this.#owed.set(id, (this.#owed.get(id) ?? 0) + 1);
    this.#send({ type: 'send', id, room: this.outbox.roomIdOf(id), body: bodyOf(...numbersOf(id)) });
  }

  #settle(id: string): void {
    const owed = this.#owed.get(id) ?? 0;
    if (owed > 1) this.#owed.set(id, owed - 1);
    else this.#owed.delete(id);
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame), () => {});
  }

  #violate(what: string): void {
    this.#traffic.ledger.violations.add('refused', `device ${this.index} ${what}`);
  }
}
