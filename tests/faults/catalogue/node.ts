import { setTimeout as delay } from 'node:timers/promises';
import type { NodeProduct } from '../node-product.ts';
import { fault, outage } from './fault.ts';

/** What only a process on Node can be told or shown. */
export const nodeFaults = (products: readonly NodeProduct[], longOutages: boolean) => ({
  'process restarted in peace': fault(1, products, async (target) => {
    await target.stop();
    await target.start();
  }),

  'clock jumped': fault(2, products, async (target, random) => {
    const [there, ms] = [random.int(-200_000, 200_000), outage(random, longOutages)];
    target.setClock(there);
    await delay(ms);
    target.setClock(0);
  }),
});
