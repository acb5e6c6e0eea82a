import { setTimeout as delay } from 'node:timers/promises';
import type { MariaDbCluster } from '../../../local/servers/mariadb-cluster.ts';
import type { Random } from '../random.ts';
import { fault, outage } from './fault.ts';

/** What becomes of a MariaDB of several nodes. Of three one may be away: no two of these happen at once. */
export const galeraFaults = (cluster: MariaDbCluster, longOutages: boolean) => {
  const whole = { name: 'MariaDB cluster' };
  const anyNode = (random: Random) => random.int(0, cluster.ports.length - 1);
  /** Waits until each node that runs is one of all again: the next fault finds a majority. */
  const healed = async () => {
    for (let index = 0; index < cluster.ports.length; index++) {
      while ((await cluster.sizeSeenBy(index).catch(() => 0)) !== cluster.ports.length) await delay(100);
      while ((await cluster.statusOf(index).catch(() => '')) !== 'Synced') await delay(100);
    }
  };
  return {
    'node killed': fault(3, [whole], async (_target, random) => {
      const [node, ms] = [anyNode(random), random.int(50, 1_500)];
      await cluster.kill(node);
      await delay(ms);
      await cluster.startNode(node);
      await healed();
    }),

    'node and its disk gone': fault(2, [whole], async (_target, random) => {
      const [node, ms] = [anyNode(random), random.int(50, 1_500)];
      await cluster.kill(node);
      cluster.loseDisk(node);
      await delay(ms);
      await cluster.startNode(node);
      await healed();
    }),

    'node frozen': fault(2, [whole], async (_target, random) => {
      const [node, ms] = [anyNode(random), outage(random, longOutages)];
      cluster.freeze(node);
      await delay(ms);
      cluster.thaw(node);
      await healed();
    }),

    'node cut off from the others': fault(3, [whole], async (_target, random) => {
      const [node, ms] = [anyNode(random), outage(random, longOutages)];
      await cluster.isolate(node, true);
      await delay(ms);
      await cluster.isolate(node, false);
      await healed();
    }),

    'all nodes killed': fault(1, [whole], async (_target, random) => {
      const ms = random.int(50, 1_500);
      await cluster.killAll();
      await delay(ms);
      await cluster.bootstrap();
      await healed();
    }),
  };
};
