import { DurableObject } from 'cloudflare:workers';
import type { Database } from '../../db/engine/client.ts';
import { listMembershipsOf } from '../../db/rooms.ts';
import { accountTopic, roomTopic } from '../../functions/events/topics.ts';
import type { Bus, Log, Presence, Subscription } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { createRedisBus } from '../redis/bus.ts';
import { createRedisPresence } from '../redis/presence.ts';
import { connectForObject } from './database.ts';
import { isolateOf } from './isolate.ts';
import type { BridgeCalls, InboxCalls, Parcel } from './objects.ts';
import { Stubs } from './stubs.ts';

/** How often it is looked whether the bridge is still needed, and told who is here, in milliseconds. */
const watchMs = 5_000;
/** Accounts whose rooms are read with one statement, and inboxes told at once. */
const portion = 500;

/** How long a first call waits for Redis, in milliseconds. */
const patience = 2_000;

const keyOf = (accountId: AccountId): string => `account ${accountId}`;

interface Redis {
  bus: Bus;
  presence: Presence;
  close(): void;
}

/**
 * The only object with connections to Redis, where processes on Node serve the same chat. It says there what happens on the
 * edge, and hears for the inboxes what happens on Node. It stays awake while accounts are connected; which, it keeps, so that
 * after an end in the middle it subscribes for them again and has them look for what they missed.
 */
export class Bridge extends DurableObject<Env> implements BridgeCalls {
  /** Who is connected: what each hears, and when its inbox last said that it is there. */
  readonly #accounts = new Map<AccountId, { topics: Set<string>; at: number }>();
  readonly #topics = new Map<string, { listeners: Set<AccountId>; subscribed: Promise<Subscription> }>();
  readonly #boxes = new Map<AccountId, Parcel[]>();
  readonly #inboxes: Stubs<InboxCalls>;
  /** Inboxes that could not be told something: they have to look for it. */
  readonly #missed = new Set<AccountId>();
  #redis: Redis | undefined;
  #opening: Promise<Redis> | undefined;
  #published = false;
  #watching = false;
  #log!: Log;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#inboxes = new Stubs(env.INBOX);
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  async publish(parcels: Parcel[]): Promise<boolean[]> {
    this.#published = true;
    this.#watch();
    const { bus } = await this.#open();
    return Promise.all(parcels.map(([topic, payload]) => bus.publish(topic, payload)));
  }

  async attend(accountId: AccountId, topics: string[]): Promise<void> {
    const known = this.#accounts.get(accountId);
    if (known) {
      known.at = Date.now();
    } else {
      this.#accounts.set(accountId, { topics: new Set(), at: Date.now() });
      this.ctx.storage.kv.put(keyOf(accountId), true);
      await (await this.#open()).presence.keep([accountId]);
    }
    this.#watch();
    await this.#listen(accountId, topics);
  }

  async leave(accountId: AccountId): Promise<boolean> {
    this.#forget(accountId);
    this.#watch();
    const { elsewhere } = await (await this.#open()).presence.leave(accountId);
    return elsewhere;
  }

  async presenceOf(accountIds: AccountId[]) {
    this.#published = true;
    this.#watch();
    return (await this.#open()).presence.of(accountIds);
  }

  /** Lets the connections to Redis go. */
  end(): void {
    this.#redis?.close();
    this.#redis = undefined;
  }

  override async alarm(): Promise<void> {
    this.#watching = false;
    if (this.#accounts.size === 0 && !this.#published) return this.end();
    this.#published = false;
    this.#watch();
    const missed = [...this.#missed];
    this.#missed.clear();
    for (const accountId of missed) void this.#tell(accountId, (inbox) => inbox.catchUp());
    const { sweepMs } = await isolateOf(this.env);
    const lost = [...this.#accounts].filter(([, { at }]) => at < Date.now() - 3 * sweepMs);
    for (const [accountId] of lost) await this.leave(accountId);
    await (await this.#open()).presence.keep([...this.#accounts.keys()]);
  }

  async #wake(): Promise<void> {
    const { databaseUrl, ports } = await isolateOf(this.env);
    this.#log = ports.log;
    this.#watching = (await this.ctx.storage.getAlarm()) !== null;
    const kept = Array.from(this.ctx.storage.kv.list<true>({ prefix: keyOf('' as AccountId) }), ([key]) => key);
    const accountIds = kept.map((key) => key.slice(keyOf('' as AccountId).length) as AccountId);
    if (accountIds.length === 0) return;
    for (const accountId of accountIds) this.#accounts.set(accountId, { topics: new Set(), at: Date.now() });
    this.#watch();
    // Not waited for: what calls now should not hang where MariaDB or Redis is away.
    void this.#resume(connectForObject(databaseUrl, 1), accountIds);
  }

  /** Hears again for whoever was connected when this object ended, and has them look for what was said meanwhile. */
  async #resume(db: Database, accountIds: AccountId[]): Promise<void> {
    try {
      for (let index = 0; index < accountIds.length; index += portion) {
        const some = accountIds.slice(index, index + portion);
        const topics = new Map(some.map((accountId) => [accountId, [accountTopic(accountId)]]));
        for (const { accountId, roomId } of await listMembershipsOf(db, some))
          topics.get(accountId)?.push(roomTopic(roomId));
        await Promise.all(some.map((accountId) => this.#listen(accountId, topics.get(accountId) ?? [])));
      }
    } catch (error) {
      this.#log.warn(
        { err: error },
        'the bridge could not read whom it hears for; inboxes find what they miss when they sweep',
      );
    }
    await this.#announceGap();
  }

  async #open(): Promise<Redis> {
    if (this.#redis) return this.#redis;
    this.#opening ??= this.#connect().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #connect(): Promise<Redis> {
    const { redisUrl, ports } = await isolateOf(this.env);
    const { log, clock } = ports;
    if (redisUrl === undefined) throw new Error('REDIS_URL is not set');
    // What the edge tells itself goes from object to object, not by here.
    const { bus, close } = createRedisBus(redisUrl, log, { toOwnReceivers: false });
    const { presence, close: closePresence } = createRedisPresence(redisUrl, log, clock);
    const up = new Promise<void>((resolve) => bus.onGap(resolve));
    // Whoever opened it should be heard, unless Redis is away.
    await Promise.race([up, new Promise<void>((resolve) => void setTimeout(resolve, patience))]);
    bus.onGap(() => void this.#announceGap());
    this.#redis = {
      bus,
      presence,
      close() {
        close();
        closePresence();
      },
    };
    return this.#redis;
  }

  async #listen(accountId: AccountId, topics: string[]): Promise<void> {
    const { bus } = await this.#open();
    // It may have left meanwhile.
    const own = this.#accounts.get(accountId);
    if (own === undefined) return;
    await Promise.all(
      topics.map(async (topic) => {
        own.topics.add(topic);
        let heard = this.#topics.get(topic);
        if (heard === undefined) {
          const listeners = new Set<AccountId>();
          const subscribed = bus.subscribe(topic, (payload) => this.#hear(listeners, topic, payload));
          this.#topics.set(topic, (heard = { listeners, subscribed }));
        }
        heard.listeners.add(accountId);
        await heard.subscribed;
      }),
    );
  }

  #forget(accountId: AccountId): void {
    for (const topic of this.#accounts.get(accountId)?.topics ?? []) {
      const heard = this.#topics.get(topic);
      if (!heard?.listeners.delete(accountId) || heard.listeners.size > 0) continue;
      this.#topics.delete(topic);
      void heard.subscribed.then((subscription) => subscription.unsubscribe());
    }
    this.#accounts.delete(accountId);
    this.#missed.delete(accountId);
    this.ctx.storage.kv.delete(keyOf(accountId));
  }

  /** What comes in one turn goes to an inbox in one call. */
  #hear(listeners: Set<AccountId>, topic: string, payload: string): void {
    for (const accountId of listeners) {
      const box = this.#boxes.get(accountId);
      if (box) box.push([topic, payload]);
      else this.#boxes.set(accountId, [[topic, payload]]);
    }
    if (this.#boxes.size > 0) queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    for (const [accountId, parcels] of this.#boxes) void this.#tell(accountId, (inbox) => inbox.hear(parcels));
    this.#boxes.clear();
  }

  async #announceGap(): Promise<void> {
    const accountIds = [...this.#accounts.keys()];
    for (let index = 0; index < accountIds.length; index += portion) {
      const some = accountIds.slice(index, index + portion);
      await Promise.all(some.map((accountId) => this.#tell(accountId, (inbox) => inbox.catchUp())));
    }
  }

  /** @param call false where the inbox has no connection: it ended without a word */
  async #tell(accountId: AccountId, call: (inbox: DurableObjectStub<InboxCalls>) => Promise<boolean>): Promise<void> {
    const stub = this.#inboxes.of(accountId);
    const since = this.#accounts.get(accountId)?.at;
    try {
      // Unless it has come anew while the call was on its way.
      if (!(await call(stub)) && this.#accounts.get(accountId)?.at === since) await this.leave(accountId);
    } catch (error) {
      this.#inboxes.forget(accountId, stub);
      this.#missed.add(accountId);
      this.#watch();
      this.#log.warn({ err: error, accountId }, 'an inbox could not be told what happened on Node');
    }
  }

  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    void this.ctx.storage.setAlarm(Date.now() + watchMs);
  }
}
