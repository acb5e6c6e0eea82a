import { setTimeout as delay } from 'node:timers/promises';
import type { Product } from '../product.ts';
import type { Random } from '../random.ts';
import { commit, fault, outage, trap } from './fault.ts';
import type { Fault } from './fault.ts';

export async function killAndRestart(killed: Product, random: Random): Promise<void> {
  const pause = random.int(50, 1_500);
  killed.kill();
  await delay(pause);
  await killed.start();
}

/** MariaDB has the message, and nobody is told. */
export const killedAfterCommit = (products: readonly Product[]): Fault =>
  fault(4, products, async (target, random) => {
    const link = await trap(target.database, commit, () => 'pass');
    const reply = { direction: 'down' } as const;
    if (link) {
      await trap(target.database, reply, () => (target.kill(), 'swallow'), link);
    }
    await killAndRestart(target, random);
  });

/** What becomes of a process, whatever it runs on. */
export const processFaults = (products: readonly Product[], longOutages: boolean) => ({
  'process killed': fault(3, products, killAndRestart),

  'process killed before its commit': fault(3, products, async (target, random) => {
    await trap(target.database, commit, () => {
      target.kill();
      return 'swallow';
    });
    await killAndRestart(target, random);
  }),

  'process killed after its commit': killedAfterCommit(products),

  'process frozen': fault(3, products, async (target, random) => {
    const ms = outage(random, longOutages);
    target.pause();
    await delay(ms);
    target.unpause();
  }),

  'process frozen at its commit': fault(3, products, async (target, random) => {
    const ms = outage(random, longOutages);
    await trap(target.database, commit, () => {
      target.pause();
      target.database.hold();
      return 'pass';
    });
    target.pause();
    await delay(ms);
    target.database.release();
    target.unpause();
  }),
});
