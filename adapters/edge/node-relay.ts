import type { Log, Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { Isolate } from './isolate.ts';
import type { BridgeCalls, Envelope } from './objects.ts';

/** The way to processes on Node and back, in a mixed home. No call rejects. */
export interface NodeRelay extends Pick<Presence, 'leave' | 'of'> {
  /** Gives for each whether Redis took it. */
  publish(envelopes: Envelope[]): Promise<boolean[]>;
  /** From now on the account's inbox hears what is published on these topics, and the account is here. */
  subscribeFor(accountId: AccountId, topics: string[]): Promise<void>;
}

/**
 * By the bridge, which holds the connections to Redis; undefined where there is no Redis, so no Node. One bridge carries all, so
 * that a topic's order is kept.
 */
export function createNodeRelay({ env, redisUrl, ports }: Isolate): NodeRelay | undefined {
  return redisUrl === undefined ? undefined : createBridgeRelay(env.BRIDGE, ports.log);
}

function createBridgeRelay(bridges: DurableObjectNamespace<BridgeCalls>, log: Log): NodeRelay {
  let stub = bridges.getByName('bridge');

  /** A stub that failed once always fails: the next call takes another one. */
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
    publish: (envelopes) =>
      ask(
        async () => [...(await stub.publish(envelopes))],
        envelopes.map(() => false),
      ),
    async subscribeFor(accountId, topics) {
      await ask<unknown>(async () => stub.subscribeFor(accountId, topics), undefined);
    },
    leave: async (accountId) => ({ elsewhere: await ask(async () => stub.leave(accountId), false) }),
    of: (accountIds) =>
      ask(
        async () => [...(await stub.presenceOf(accountIds))],
        accountIds.map(() => undefined),
      ),
  };
}
