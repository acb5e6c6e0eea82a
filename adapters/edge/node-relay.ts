import type { Log, Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { Isolate } from './isolate.ts';
import type { BridgeCalls, Parcel } from './objects.ts';

/** The way to processes on Node and back, in a mixed home. No call rejects. */
export interface Outward extends Pick<Presence, 'leave' | 'of'> {
  /** Gives for each whether Redis took it. */
  publish(parcels: Parcel[]): Promise<boolean[]>;
  /** From now on the account's inbox hears what is published on these topics, and the account is here. */
  attend(accountId: AccountId, topics: string[]): Promise<void>;
}

/**
 * By the bridge, which holds the connections to Redis; undefined where there is no Redis, so no Node. One bridge carries all, so
 * that a topic's order is kept.
 */
export function createOutward({ env, redisUrl, ports }: Isolate): Outward | undefined {
  return redisUrl === undefined ? undefined : outwardBy(env.BRIDGE, ports.log);
}

function outwardBy(bridges: DurableObjectNamespace<BridgeCalls>, log: Log): Outward {
  let stub = bridges.getByName('bridge');

  /** A stub that failed once fails for ever. */
  async function ask<Answer>(call: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      stub = bridges.getByName('bridge');
      log.warn({ err: error }, 'the bridge to Redis did not answer');
      return otherwise;
    }
  }

  return {
    publish: (parcels) =>
      ask(
        async () => [...(await stub.publish(parcels))],
        parcels.map(() => false),
      ),
    async attend(accountId, topics) {
      await ask<unknown>(async () => stub.attend(accountId, topics), undefined);
    },
    leave: async (accountId) => ({ elsewhere: await ask(async () => stub.leave(accountId), false) }),
    of: (accountIds) =>
      ask(
        async () => [...(await stub.presenceOf(accountIds))],
        accountIds.map(() => ({ online: false, lastSeenAt: null })),
      ),
  };
}
