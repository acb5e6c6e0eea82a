import type { Database } from '../../db/engine/client.ts';
import type { Bus, Log } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Membership } from './membership.ts';
import type { InboxCalls, Parcel } from './objects.ts';
import type { Outward } from './outward.ts';
import { Stubs } from './stubs.ts';

export interface EdgeBusOptions {
  inboxes: DurableObjectNamespace<InboxCalls>;
  /** Says who belongs to a room. */
  db: Database;
  log: Log;
  /** Takes hints to processes on Node, where there are any. */
  outward: Outward | undefined;
  /** The account whose inbox publishes: its parcels need not leave it. */
  self?: { accountId(): AccountId | undefined; hear(parcels: Parcel[]): void };
  /** Called where an inbox could not be told something. */
  lost?(): void;
}

interface Posted {
  parcel: Parcel;
  /** Whether it reached every inbox that it concerns, and Redis where there is one. */
  settle(arrived: boolean): void;
}

/**
 * The bus of the edge: a hint is a call to the inbox of each account that it concerns. An account's topic is its inbox; a
 * room's are its members', which MariaDB names. What is published in one turn, and what comes while members are looked up,
 * shares one lookup and one call an inbox. Nobody subscribes here: an inbox hears by `hear`.
 */
export function createEdgeBus({ inboxes, db, log, outward, self, lost }: EdgeBusOptions): {
  bus: Bus;
  /** Resolves when everything published so far has arrived, or is lost. */
  flush(): Promise<void>;
} {
  let waiting: Posted[] = [];
  let telling: Promise<void> | undefined;
  const underWay = new Set<Promise<void>>();
  const stubs = new Stubs(inboxes);
  const membership = new Membership(db);

  async function tellAll(): Promise<void> {
    await Promise.resolve();
    while (waiting.length > 0) {
      const posted = waiting;
      waiting = [];
      const parcels = posted.map(({ parcel }) => parcel);
      const onNode = outward?.publish(parcels);
      const calls = await tellInboxes(parcels);
      const settled = settle(posted, calls, onNode).finally(() => underWay.delete(settled));
      underWay.add(settled);
    }
    telling = undefined;
  }

  /** Begins a call to each inbox; each gives what it could not bring. */
  async function tellInboxes(parcels: Parcel[]): Promise<Promise<Parcel[]>[]> {
    try {
      return Array.from(await membership.address(parcels), ([accountId, theirs]) => tell(accountId, theirs));
    } catch (error) {
      log.warn({ err: error }, 'the members of rooms could not be read: hints were lost');
      lost?.();
      return [Promise.resolve(parcels)];
    }
  }

  async function tell(accountId: AccountId, parcels: Parcel[]): Promise<Parcel[]> {
    if (self?.accountId() === accountId) {
      self.hear(parcels);
      return [];
    }
    const stub = stubs.of(accountId);
    try {
      await stub.hear(parcels);
      return [];
    } catch (error) {
      stubs.forget(accountId, stub);
      log.warn({ err: error, accountId }, 'an inbox could not be told');
      lost?.();
      return parcels;
    }
  }

  return {
    bus: {
      publish(topic, payload) {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        waiting.push({ parcel: [topic, payload], settle: resolve });
        telling ??= tellAll();
        return promise;
      },
      subscribe: () => Promise.reject(new Error('an inbox hears by itself')),
      onGap() {},
      healthy: () => true,
    },
    async flush() {
      await telling;
      await Promise.all(underWay);
    },
  };
}

async function settle(
  posted: Posted[],
  calls: Promise<Parcel[]>[],
  onNode: Promise<boolean[]> | undefined,
): Promise<void> {
  const notTold = new Set((await Promise.all(calls)).flat());
  const published = await onNode;
  for (const [index, { parcel, settle }] of posted.entries()) {
    settle(!notTold.has(parcel) && (published?.[index] ?? true));
  }
}
