import { setTimeout as delay } from 'node:timers/promises';
import type { MariaDb } from '../../../local/servers/mariadb.ts';
import type { Product } from '../product.ts';
import type { RestartableServer } from '../restartable-server.ts';
import { commit, fault, outage, trap } from './fault.ts';

/** What becomes of a MariaDB that is one server. */
export const serverFaults = (mariadb: RestartableServer<MariaDb>, longOutages: boolean) => ({
  'MariaDB killed': fault(2, [mariadb], async (_target, random) => {
    const ms = random.int(50, 1_500);
    await mariadb.kill();
    await delay(ms);
    await mariadb.startAgain();
  }),

  'MariaDB frozen': fault(1, [mariadb], async (_target, random) => {
    const ms = outage(random, longOutages);
    mariadb.pause();
    await delay(ms);
    mariadb.unpause();
  }),
});

/** What becomes of the ways to MariaDB. */
export const linkFaults = (products: readonly Product[], longOutages: boolean) => ({
  'MariaDB unreachable': fault(2, products, async (target, random) => {
    const ms = outage(random, longOutages);
    target.database.hold();
    await delay(ms);
    target.database.release();
  }),

  'MariaDB lost at a commit': fault(2, products, async (target, random) => {
    const [ms, reaches] = [outage(random, longOutages), random.chance(0.5)];
    await trap(target.database, commit, (link) => {
      // Where the commit still arrives, only its answer is lost.
      if (reaches) setTimeout(() => link.die(), 1);
      else link.die();
      return reaches ? 'pass' : 'swallow';
    });
    await delay(ms);
  }),

  'MariaDB connection cut before a commit': fault(2, products, async (target) => {
    await trap(target.database, commit, (link) => {
      link.cut();
      return 'swallow';
    });
  }),

  'MariaDB connections cut': fault(2, products, async (target) => {
    await trap(target.database, { direction: 'down' }, () => 'swallow');
    target.database.cut();
  }),

  'MariaDB slow': fault(1, products, async (target, random) => {
    const [late, ms] = [random.int(10, 150), outage(random, longOutages)];
    target.database.delay = late;
    await delay(ms);
    target.database.delay = 0;
  }),
});
