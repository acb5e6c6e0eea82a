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
  /** Told of topics whose hint did not reach everyone. */
  lost?(topics: string[]): void;
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
  let waiting: Parcel[] = [];
  let telling: Promise<void> | undefined;
  const underWay = new Set<Promise<void>>();
  const stubs = new Stubs(inboxes);
  const membership = new Membership(db);

  async function tellAll(): Promise<void> {
    await Promise.resolve();
    while (waiting.length > 0) {
      const parcels = waiting;
      waiting = [];
      outward?.publish(parcels);
      try {
        for (const [accountId, theirs] of await membership.address(parcels)) {
          const call = tell(accountId, theirs).finally(() => underWay.delete(call));
          underWay.add(call);
        }
      } catch (error) {
        log.warn({ err: error }, 'the members of rooms could not be read: hints were lost');
        lost?.(topicsOf(parcels));
      }
    }
    telling = undefined;
  }

  async function tell(accountId: AccountId, parcels: Parcel[]): Promise<void> {
    if (self?.accountId() === accountId) return self.hear(parcels);
    const stub = stubs.of(accountId);
    try {
      await stub.hear(parcels);
    } catch (error) {
      stubs.forget(accountId, stub);
      log.warn({ err: error, accountId }, 'an inbox could not be told');
      lost?.(topicsOf(parcels));
    }
  }

  return {
    bus: {
      publish(topic, payload) {
        waiting.push([topic, payload]);
        telling ??= tellAll();
        return Promise.resolve();
      },
      subscribe: () => Promise.reject(new Error('an inbox hears by itself')),
      onGap() {},
      healthy: () => true,
    },
    async flush() {
      await telling;
      await Promise.all([...underWay, outward?.flush()]);
    },
  };
}

const topicsOf = (parcels: Parcel[]): string[] => [...new Set(parcels.map(([topic]) => topic))];
