import { setTimeout as delay } from 'node:timers/promises';
import { draw } from './actions/action.ts';
import type { Action, Actor } from './actions/action.ts';
import { Connection } from './connection.ts';
import { Ear } from './ear.ts';
import type { Listener } from './ear.ts';
import { Outbox } from './outbox.ts';
import type { Pass } from './passes.ts';
import { Picture } from './picture.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import { View } from './view.ts';

/** How long an answer may take before a device gives its connection up, in milliseconds. */
const patience = 6_000;
/** How old a connection's token may be before the device sends another one, in milliseconds. */
const renewAfter = 120_000;

export interface DeviceOptions {
  index: number;
  account: number;
  /** Its rooms, and their ids. */
  rooms: ReadonlyMap<number, string>;
  pass: Pass;
  actions: readonly Action[];
  random: Random;
}

/**
 * One device of one account. It does what the protocol asks of a client: names its cursors, sends again, with the same
 * ids, what was not acknowledged, comes back after every loss, and logs in again after its session has ended. Beside that it
 * does whatever the actions say.
 */
export class Device implements Actor, Listener {
  readonly index: number;
  readonly account: number;
  readonly traffic: Traffic;
  readonly random: Random;
  readonly view: View;
  readonly outbox: Outbox;
  readonly picture = new Picture();
  readonly #actions: readonly Action[];
  readonly #ear: Ear;
  #pass: Pass | undefined;
  #connection: Connection | undefined;
  /** Lets go of a connection that has not ended. */
  #letGo = () => {};
  /** The session that has ended with which it comes back next. */
  #presents: Pass | undefined;
  #ended = false;
  /** The suspension that it was told of when it logged in last. */
  #toldIn: number | undefined;
  /** Resolves when it may come back. */
  #resting: PromiseWithResolvers<void> | undefined;
  #lostAt = performance.now();
  /** The longest time without a connection that was ready, in milliseconds. */
  longestAbsence = 0;

  constructor(traffic: Traffic, { index, account, rooms, pass, actions, random }: DeviceOptions) {
    [this.index, this.account, this.traffic, this.random] = [index, account, traffic, random];
    this.#pass = pass;
    this.#actions = actions;
    this.view = new View(traffic.ledger, `device ${index}`, [...rooms.keys()]);
    this.outbox = new Outbox({ index, account, rooms }, traffic);
    this.#ear = new Ear(this);
  }

  get ready(): boolean {
    return this.#connection?.isReady ?? false;
  }

  get isResting(): boolean {
    return this.#resting !== undefined;
  }

  isCurrent(connection: Connection): boolean {
    return this.#connection === connection;
  }

  /** Where it is connected. */
  get origin(): string | undefined {
    return this.ready ? this.#connection?.origin : undefined;
  }

  /** A token of its session; undefined while it has none. */
  async token(): Promise<string | undefined> {
    return this.#pass && this.traffic.passes.tokenOf(this.#pass);
  }

  /** Lives until `end`. */
  async live(): Promise<void> {
    const acting = this.#act();
    while (!this.#ended) {
      await this.#resting?.promise;
      await this.#connect().catch((error: unknown) => this.traffic.doings.add(`failed: ${String(error).slice(0, 80)}`));
      if (!this.#ended) await delay(this.random.int(20, 300));
    }
    await acting;
  }

  end(): void {
    this.#ended = true;
    this.#connection?.terminate();
    this.#letGo();
    this.wake();
  }

  /** Does not come back, once its connection has ended, until it is woken. */
  rest(): void {
    this.#resting ??= Promise.withResolvers();
  }

  wake(): void {
    if (this.#resting) this.#lostAt = performance.now();
    this.#resting?.resolve();
    this.#resting = undefined;
  }

  leave(): void {
    this.#connection?.terminate();
    this.#lose();
  }

  tear(): void {
    this.#connection?.tear();
    this.#lose();
  }

  stall(ms: number): void {
    this.#connection?.stall(ms);
  }

  send(frame: object): void {
    this.#connection?.send(frame);
  }

  sendEntry(id: string): void {
    const connection = this.#connection;
    // While it is being misused, its answers could not be told apart.
    if (!connection?.isReady || connection.misused === id) return;
    this.outbox.asked(id);
    connection.owe(id);
    connection.send(this.outbox.frameOf(id));
  }

  misuse(id: string): void {
    const connection = this.#connection;
    if (!connection?.isReady || connection.misused !== undefined || connection.owed.has(id)) return;
    connection.misused = id;
    connection.send({ type: 'send', id, room: this.outbox.roomIdOf(id), body: 'something else' });
  }

  async markReadByHttp(room: number, seq: number): Promise<void> {
    const { marks, ledger, api, passes } = this.traffic;
    const { suspended, spell } = passes.guest(this.account);
    const [token, least] = [await this.token(), Math.max(seq, marks.accepted(this.account, room))];
    if (token === undefined) return;
    marks.ask(this.account, room, seq);
    const answer = await api.ask('PUT', `/v1/rooms/${ledger.rooms[room]?.id}/read`, { token, body: { seq } });
    if (answer?.status !== 200) return;
    passes.expectAdmitted(this.account, { suspended, spell }, 'marked a room as read');
    marks.see(this.account, room, answer.body['read'] as number, 'PUT', least);
  }

  async logOut(): Promise<void> {
    const pass = this.#pass;
    if (pass === undefined || pass.ending) return;
    this.#abandon();
    await this.traffic.passes.logOut(pass, this.index, this.traffic.over);
  }

  presentEnded(where: 'in band' | 'at the upgrade'): void {
    const ended = this.traffic.passes.anEnded(this.account, this.random);
    if (ended === undefined) return;
    if (where === 'in band') return void this.#presentInBand(ended);
    this.#presents = ended;
    this.leave();
  }

  /** What was settled is asked for once more: everything behind these cursors, as it stands now. */
  readAgain(rooms: number, entries: number): void {
    if (!this.ready) return;
    const cursors = this.view.rewind(this.random, rooms, entries);
    this.send({ type: 'sync', rooms: this.#ear.named(cursors) });
  }

  /** Asks once more how its rooms stand, as a page that is looked at again may. */
  lookAgain(): void {
    if (this.#connection?.isReady) this.#ear.lookAgain(this.#connection);
  }

  /** One connection, from its opening to its end, or until it is let go. */
  async #connect(): Promise<void> {
    const presented = this.#presents;
    this.#presents = undefined;
    const pass = presented ?? (await this.#enter());
    if (pass === undefined || this.#ended) return;
    const { passes, connections } = this.traffic;
    const { suspended, spell } = passes.guest(this.account);
    const released = Promise.withResolvers<undefined>();
    this.#letGo = () => released.resolve(undefined);
    const connection = new Connection({
      name: `a connection of device ${this.index}`,
      origin: this.random.pick(this.traffic.chatOrigins),
      pass,
      token: await passes.tokenOf(pass),
      way: this.random.int(0, 2),
      before: { suspended, spell },
      marksBefore: this.#ear.marks(),
      readyWithin: patience + 2_000,
      // What was already on the way when we hung up belongs to no view.
      onFrame: (frame, from) => this.#connection === from && this.#ear.hear(frame, from),
      onAnswer: (status) => {
        this.traffic.reconnects.add(`answered ${status}`);
        if (status === 401 && !presented) this.#violate(`got a good token refused with 401`);
      },
    });
    this.#connection = connection;
    connections.add(connection);
    const ended = this.#ending(connection, presented !== undefined);
    await Promise.race([ended, released.promise]);
    if (this.#connection === connection) this.#lose();
  }

  /** Resolves with the end of a connection: with a code that is right for it. */
  async #ending(connection: Connection, isPresented: boolean): Promise<void> {
    const { pass, name } = connection;
    const code = await connection.closed;
    this.traffic.connections.delete(connection);
    if (code !== 0) this.traffic.reconnects.add(`closed ${code}`);
    if (isPresented || connection.awaitsRefusal) return;
    if (code === 4401) this.#violate('got a good token refused');
    if (code === 4403 && !pass.ending) this.#violate(`lost ${name}, and its session had not ended`);
    if (code === 4403 && this.#pass === pass) this.#pass = undefined;
  }

  /** Its session, or a new one. */
  async #enter(): Promise<Pass | undefined> {
    if (this.#pass?.endedAt !== undefined) this.#pass = undefined;
    const { passes } = this.traffic;
    const { suspended, spell } = passes.guest(this.account);
    // Whoever was told that he is suspended asks again when that may have changed.
    if (this.#pass || (suspended === 'yes' && spell === this.#toldIn)) return this.#pass;
    this.#pass = await passes.logIn(this.account, this.index);
    this.#toldIn = suspended === 'yes' ? spell : undefined;
    if (this.#pass === undefined && suspended !== 'yes') await delay(this.random.int(500, 1_500));
    return this.#pass;
  }

  /** Forgets its session and the connection of it, which stays open. */
  #abandon(): void {
    this.#pass = undefined;
    this.#lose();
    this.#letGo();
  }

  begun(): void {
    this.longestAbsence = Math.max(this.longestAbsence, performance.now() - this.#lostAt);
  }

  #lose(): void {
    if (this.ready) this.#lostAt = performance.now();
    this.#connection = undefined;
  }

  /** Whatever a device does by itself. */
  async #act(): Promise<void> {
    while (!this.#ended) {
      await delay(this.random.int(20, 60));
      if (this.#pass?.endedAt !== undefined) this.#abandon();
      if (this.ready && this.outbox.longestDue() > patience) {
        this.traffic.doings.add('gave up waiting');
        this.leave();
      }
      await this.#renewInTime();
      if (this.traffic.phase !== 'storm' || this.#ended) continue;
      this.#sendSome();
      if (this.ready) draw(this.#actions, this.random)?.act(this);
    }
  }

  #sendSome(): void {
    const { space } = this.outbox;
    const count = space > 0 ? this.traffic.allowance(Math.min(space, this.random.int(1, 6))) : 0;
    for (let index = 0; index < count; index++) {
      const byHttp = this.random.chance(0.03);
      const id = this.outbox.add(this.outbox.aRoom(this.random), byHttp ? 'http' : 'socket');
      if (byHttp) this.postEntry(id);
      else this.sendEntry(id);
      if (this.random.chance(0.02)) this.sendEntry(id);
    }
  }

  postEntry(id: string): void {
    void this.outbox.post(id, () => this.token(), this.random);
  }

  async #renewInTime(): Promise<void> {
    const connection = this.#connection;
    if (!connection?.isReady || connection.awaitsRefusal || performance.now() - connection.tokenSince < renewAfter)
      return;
    connection.tokenSince = performance.now();
    connection.isRenewing = true;
    this.traffic.doings.add('renewed its token');
    connection.send({ type: 'auth', token: await this.traffic.passes.tokenOf(connection.pass) });
  }

  async #presentInBand(ended: Pass): Promise<void> {
    const connection = this.#connection;
    const token = await this.traffic.passes.tokenOf(ended);
    // An answer to a good token that is under way could not be told from one to this.
    if (!connection?.isReady || connection.isRenewing || connection !== this.#connection) return;
    connection.awaitsRefusal = true;
    connection.send({ type: 'auth', token });
  }

  #violate(what: string): void {
    this.traffic.ledger.violations.add('refused', `device ${this.index} ${what}`);
  }
}
