import type { Bus, Log, Subscription } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { createMemoryBus } from '../memory/bus.ts';
import type { NodeRelay } from './node-relay.ts';
import type { Envelope } from './objects.ts';

export interface InboxBusOptions {
  /** Publishes to the inboxes of others (bus.ts). */
  outgoing: Bus;
  /** The way to processes on Node, where there are any. */
  relay: NodeRelay | undefined;
  /** The account of this inbox, once a connection has said it. */
  accountId(): AccountId | undefined;
  log: Log;
}

/**
 * The bus of one inbox. Hints from the edge come by calls of the object, which are given to `deliver`; the bridge is asked to
 * pass on what is published on Node, on all topics that are subscribed here.
 */
export class InboxBus implements Bus {
  readonly #options: InboxBusOptions;
  readonly #local: Bus;
  readonly #topics = new Set<string>();
  /** The account for which the bridge subscribes. */
  #subscribedFor: AccountId | undefined;
  #subscribing: Promise<void> | undefined;
  #isRestoring = false;

  constructor(options: InboxBusOptions) {
    this.#options = options;
    this.#local = createMemoryBus(options.log);
  }

  publish(topic: string, payload: string): Promise<boolean> {
    return this.#options.outgoing.publish(topic, payload);
  }

  async subscribe(topic: string, receive: (payload: string) => void): Promise<Subscription> {
    const isKnown = this.#isRestoring;
    this.#topics.add(topic);
    const subscription = await this.#local.subscribe(topic, receive);
    if (!isKnown) await (this.#subscribing ??= this.renew());
    return {
      unsubscribe: () => {
        this.#topics.delete(topic);
        // A connection that was never ready has not left by `presence`.
        if (this.#topics.size === 0) void this.leave();
        return subscription.unsubscribe();
      },
    };
  }

  onGap(): void {}

  healthy(): boolean {
    return true;
  }

  /** Hints that another object or a request brought. */
  deliver(envelopes: Envelope[]): void {
    for (const [topic, payload] of envelopes) void this.#local.publish(topic, payload);
  }

  /** Runs `restore`, which subscribes again to what was subscribed before this object slept: the bridge has kept that. */
  restore(restore: () => void): void {
    this.#isRestoring = true;
    restore();
    this.#isRestoring = false;
    if (this.#options.relay) this.#subscribedFor = this.#options.accountId();
  }

  /** Tells the bridge of all topics, in one call for those of one turn. */
  async renew(): Promise<void> {
    await Promise.resolve();
    this.#subscribing = undefined;
    const { relay, accountId } = this.#options;
    const account = accountId();
    if (relay === undefined || account === undefined || this.#topics.size === 0) return;
    this.#subscribedFor = account;
    await relay.subscribeFor(account, [...this.#topics]);
  }

  /** The account is connected here no more. Gives whether it is elsewhere. */
  async leave(accountId = this.#subscribedFor): Promise<{ elsewhere: boolean }> {
    this.#subscribedFor = undefined;
    const { relay } = this.#options;
    if (accountId === undefined || relay === undefined) return { elsewhere: false };
    return relay.leave(accountId);
  }
}
