import type { Log } from '../../functions/ports.ts';
import type { Bridge } from './bridge.ts';
import type { Parcel } from './bus.ts';

/** The way to processes on Node, in a mixed home. */
export interface Outward {
  publish(parcels: Parcel[]): void;
  flush(): Promise<void>;
}

/** By the bridge, which holds the connection to Redis. One bridge carries all, so that a topic's order is kept. */
export function createOutward(bridges: DurableObjectNamespace<Bridge>, log: Log): Outward {
  const underWay = new Set<Promise<void>>();
  let stub = bridges.getByName('bridge');

  async function send(parcels: Parcel[]): Promise<void> {
    try {
      await stub.publish(parcels);
    } catch (error) {
      stub = bridges.getByName('bridge');
      log.debug({ err: error }, 'the bridge could not be told: hints to Node were lost');
    }
  }

  return {
    publish(parcels) {
      const sending = send(parcels).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async flush() {
      await Promise.all(underWay);
    },
  };
}
