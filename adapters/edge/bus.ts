import type { Database } from '../../db/engine/client.ts';
import type { Bus, Log } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Membership } from './membership.ts';
import type { InboxCalls, Envelope } from './objects.ts';
import type { NodeRelay } from './node-relay.ts';
import { StubCache } from './stub-cache.ts';

export interface EdgeBusOptions {
  inboxes: DurableObjectNamespace<InboxCalls>;
  /** Says who belongs to a room. */
  db: Database;
  log: Log;
  /** Takes hints to processes on Node, where there are any. */
  relay: NodeRelay | undefined;
  /** The account whose inbox publishes: what is for itself need not leave it. */
  self?: { accountId(): AccountId | undefined; deliver(envelopes: Envelope[]): void };
  /** Called where an inbox could not be told something. */
  onUnreached?(): void;
}

interface Publication {
  envelope: Envelope;
  /** Whether it reached every inbox that it concerns, and Redis where there is one. */
  settle(arrived: boolean): void;
}

/**
 * The bus of the edge: a hint is a call to the inbox of each account that it concerns. An account's topic is its inbox; a
 * room's are its members', which MariaDB names. What is published in one turn, and what comes while members are looked up,
 * shares one lookup and one call an inbox. Nobody subscribes here: an inbox has a bus of its own for that (inbox-bus.ts).
 */
export function createEdgeBus({ inboxes, db, log, relay, self, onUnreached }: EdgeBusOptions): {
  bus: Bus;
  /** Resolves when everything published so far has arrived, or is lost. */
  flush(): Promise<void>;
} {
  let waiting: Publication[] = [];
  let sending: Promise<void> | undefined;
  const underWay = new Set<Promise<void>>();
  const stubs = new StubCache(inboxes);
  const membership = new Membership(db);

  async function sendAll(): Promise<void> {
    await Promise.resolve();
    while (waiting.length > 0) {
      const publications = waiting;
      waiting = [];
      const envelopes = publications.map(({ envelope }) => envelope);
      const onNode = relay?.publish(envelopes);
      const calls = await callInboxes(envelopes);
      const settled = settle(publications, calls, onNode).finally(() => underWay.delete(settled));
      underWay.add(settled);
    }
    sending = undefined;
  }

  /** Begins a call to each inbox; each resolves to what it did not deliver. */
  async function callInboxes(envelopes: Envelope[]): Promise<Promise<Envelope[]>[]> {
    try {
      return Array.from(await membership.route(envelopes), ([accountId, theirs]) => callInbox(accountId, theirs));
    } catch (error) {
      log.warn({ err: error }, 'the members of rooms could not be read: hints were lost');
      onUnreached?.();
      return [Promise.resolve(envelopes)];
    }
  }

  async function callInbox(accountId: AccountId, envelopes: Envelope[]): Promise<Envelope[]> {
    if (self?.accountId() === accountId) {
      self.deliver(envelopes);
      return [];
    }
    const stub = stubs.of(accountId);
    try {
      await stub.deliver(envelopes);
      return [];
    } catch (error) {
      stubs.discard(accountId, stub);
      log.warn({ err: error, accountId }, 'an inbox did not take its hints');
      onUnreached?.();
      return envelopes;
    }
  }

  return {
    bus: {
      publish(topic, payload) {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        waiting.push({ envelope: [topic, payload], settle: resolve });
        sending ??= sendAll();
        return promise;
      },
      subscribe: () => Promise.reject(new Error('an inbox subscribes on its own bus')),
      onGap() {},
      healthy: () => true,
    },
    async flush() {
      await sending;
      await Promise.all(underWay);
    },
  };
}

async function settle(
  publications: Publication[],
  calls: Promise<Envelope[]>[],
  onNode: Promise<boolean[]> | undefined,
): Promise<void> {
  const undelivered = new Set((await Promise.all(calls)).flat());
  const published = await onNode;
  for (const [index, { envelope, settle }] of publications.entries()) {
    settle(!undelivered.has(envelope) && (published?.[index] ?? true));
  }
}
