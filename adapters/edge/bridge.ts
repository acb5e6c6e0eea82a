import { DurableObject } from 'cloudflare:workers';
import type { Database } from '../../db/engine/client.ts';
import { listMembershipsOf } from '../../db/rooms.ts';
import { PresenceWatch } from '../../functions/chat/presence-watch.ts';
import type { WatchedRooms } from '../../functions/chat/presence-watch.ts';
import { accountTopic, roomOfTopic, roomTopic } from '../../functions/events/topics.ts';
import type { Bus, Log, Presence, Subscription } from '../../functions/ports.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { createRedisBus } from '../redis/bus.ts';
import { createRedisPresence } from '../redis/presence.ts';
import { connectForObject } from './database.ts';
import { isolateOf } from './isolate.ts';
import type { BridgeCalls, InboxCalls, Envelope } from './objects.ts';
import { StubCache } from './stub-cache.ts';

/** How often it is looked whether the bridge is still needed, and told who is here, in milliseconds. */
const watchMs = 5_000;
/** Accounts whose rooms are read with one statement, and inboxes told at once. */
const batchSize = 500;

/** How long a first call waits for Redis, in milliseconds. */
const connectTimeoutMs = 2_000;

const keyOf = (accountId: AccountId): string => `account ${accountId}`;

const onlyAsks = () => Promise.reject(new Error('a watch only asks'));

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
  readonly #byAccount = new Map<AccountId, Envelope[]>();
  readonly #inboxes: StubCache<InboxCalls>;
  /** Inboxes that could not be told something: they have to look for it. */
  readonly #missed = new Set<AccountId>();
  #redis: Redis | undefined;
  #opening: Promise<Redis> | undefined;
  #published = false;
  #watching = false;
  #log!: Log;
  /** Tells inboxes of who is gone on Node without a word. */
  #presenceWatch!: PresenceWatch;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#inboxes = new StubCache(env.INBOX);
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  async publish(envelopes: Envelope[]): Promise<boolean[]> {
    this.#published = true;
    this.#watch();
    const { bus } = await this.#open();
    for (const [topic, payload] of envelopes) this.#hearPresence(topic, payload);
    return Promise.all(envelopes.map(([topic, payload]) => bus.publish(topic, payload)));
  }

  async subscribeFor(accountId: AccountId, topics: string[]): Promise<void> {
    const known = this.#accounts.get(accountId);
    if (known) {
      known.at = Date.now();
    } else {
      this.#accounts.set(accountId, { topics: new Set(), at: Date.now() });
      this.ctx.storage.kv.put(keyOf(accountId), true);
      await (await this.#open()).presence.keep([accountId]);
    }
    this.#watch();
    await this.#subscribe(accountId, topics);
  }

  async leave(accountId: AccountId): Promise<boolean> {
    this.#remove(accountId);
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
  closeRedis(): void {
    this.#redis?.close();
    this.#redis = undefined;
  }

  override async alarm(): Promise<void> {
    this.#watching = false;
    if (this.#accounts.size === 0 && !this.#published) return this.closeRedis();
    this.#published = false;
    this.#watch();
    const missed = [...this.#missed];
    this.#missed.clear();
    for (const accountId of missed) void this.#callInbox(accountId, (inbox) => inbox.catchUp());
    const { sweepMs } = await isolateOf(this.env);
    const lost = [...this.#accounts].filter(([, { at }]) => at < Date.now() - 3 * sweepMs);
    for (const [accountId] of lost) await this.leave(accountId);
    await (await this.#open()).presence.keep([...this.#accounts.keys()]);
    await this.#presenceWatch.look();
  }

  async #wake(): Promise<void> {
    const { databaseUrl, ports } = await isolateOf(this.env);
    this.#log = ports.log;
    const db = connectForObject(databaseUrl, 1);
    const of: Presence['of'] = async (accountIds) => (await this.#open()).presence.of(accountIds);
    const watchPorts = { ...ports, db, presence: { of, keep: onlyAsks, leave: onlyAsks } };
    this.#presenceWatch = new PresenceWatch(watchPorts, this.#watchedRooms(), (id) => this.#accounts.has(id));
    this.#watching = (await this.ctx.storage.getAlarm()) !== null;
    const kept = Array.from(this.ctx.storage.kv.list<true>({ prefix: keyOf('' as AccountId) }), ([key]) => key);
    const accountIds = kept.map((key) => key.slice(keyOf('' as AccountId).length) as AccountId);
    if (accountIds.length === 0) return;
    for (const accountId of accountIds) this.#accounts.set(accountId, { topics: new Set(), at: Date.now() });
    this.#watch();
    // Not waited for: what calls now should not hang where MariaDB or Redis is away.
    void this.#resume(db, accountIds);
  }

  /** Hears again for whoever was connected when this object ended, and has them look for what was said meanwhile. */
  async #resume(db: Database, accountIds: AccountId[]): Promise<void> {
    try {
      for (let index = 0; index < accountIds.length; index += batchSize) {
        const some = accountIds.slice(index, index + batchSize);
        const topics = new Map(some.map((accountId) => [accountId, [accountTopic(accountId)]]));
        for (const { accountId, roomId } of await listMembershipsOf(db, some))
          topics.get(accountId)?.push(roomTopic(roomId));
        await Promise.all(some.map((accountId) => this.#subscribe(accountId, topics.get(accountId) ?? [])));
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
    const { presence, close: closePresence } = createRedisPresence(
      redisUrl,
      log,
      clock,
      ports.settings.chat.presenceMs,
    );
    const up = new Promise<void>((resolve) => bus.onGap(resolve));
    // Whoever opened it should be heard, unless Redis is away.
    await Promise.race([up, new Promise<void>((resolve) => void setTimeout(resolve, connectTimeoutMs))]);
    bus.onGap(() => {
      this.#presenceWatch.doubt();
      void this.#announceGap();
    });
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

  async #subscribe(accountId: AccountId, topics: string[]): Promise<void> {
    const { bus } = await this.#open();
    // It may have left meanwhile.
    const own = this.#accounts.get(accountId);
    if (own === undefined) return;
    await Promise.all(
      topics.map(async (topic) => {
        own.topics.add(topic);
        let topicState = this.#topics.get(topic);
        if (topicState === undefined) {
          const listeners = new Set<AccountId>();
          const subscribed = bus.subscribe(topic, (payload) => this.#onHint(listeners, topic, payload));
          this.#topics.set(topic, (topicState = { listeners, subscribed }));
        }
        topicState.listeners.add(accountId);
        await topicState.subscribed;
      }),
    );
  }

  #remove(accountId: AccountId): void {
    for (const topic of this.#accounts.get(accountId)?.topics ?? []) {
      const topicState = this.#topics.get(topic);
      if (!topicState?.listeners.delete(accountId) || topicState.listeners.size > 0) continue;
      this.#topics.delete(topic);
      void topicState.subscribed.then((subscription) => subscription.unsubscribe());
    }
    this.#accounts.delete(accountId);
    this.#missed.delete(accountId);
    this.ctx.storage.kv.delete(keyOf(accountId));
  }

  #watchedRooms(): WatchedRooms {
    const listenersOf = (roomId: RoomId) => this.#topics.get(roomTopic(roomId))?.listeners;
    return {
      ids: () => Array.from(this.#topics.keys(), roomOfTopic).filter((roomId) => roomId !== undefined),
      has: (roomId) => listenersOf(roomId) !== undefined,
      tell: (roomId, payload) => this.#pass(listenersOf(roomId) ?? new Set(), roomTopic(roomId), payload),
    };
  }

  #hearPresence(topic: string, payload: string): void {
    const roomId = roomOfTopic(topic);
    if (roomId !== undefined) this.#presenceWatch.hear(roomId, payload);
  }

  #onHint(listeners: Set<AccountId>, topic: string, payload: string): void {
    this.#hearPresence(topic, payload);
    this.#pass(listeners, topic, payload);
  }

  /** What comes in one turn goes to an inbox in one call. */
  #pass(listeners: Set<AccountId>, topic: string, payload: string): void {
    for (const accountId of listeners) {
      const box = this.#byAccount.get(accountId);
      if (box) box.push([topic, payload]);
      else this.#byAccount.set(accountId, [[topic, payload]]);
    }
    if (this.#byAccount.size > 0) queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    for (const [accountId, envelopes] of this.#byAccount)
      void this.#callInbox(accountId, (inbox) => inbox.deliver(envelopes));
    this.#byAccount.clear();
  }

  async #announceGap(): Promise<void> {
    const accountIds = [...this.#accounts.keys()];
    for (let index = 0; index < accountIds.length; index += batchSize) {
      const some = accountIds.slice(index, index + batchSize);
      await Promise.all(some.map((accountId) => this.#callInbox(accountId, (inbox) => inbox.catchUp())));
    }
  }

  /** @param call false where the inbox has no connection: it ended without a word */
  async #callInbox(
    accountId: AccountId,
    call: (inbox: DurableObjectStub<InboxCalls>) => Promise<boolean>,
  ): Promise<void> {
    const stub = this.#inboxes.of(accountId);
    const since = this.#accounts.get(accountId)?.at;
    try {
      // Unless it has come anew while the call was on its way.
      if (!(await call(stub)) && this.#accounts.get(accountId)?.at === since) await this.leave(accountId);
    } catch (error) {
      this.#inboxes.discard(accountId, stub);
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
