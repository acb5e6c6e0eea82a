import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Product } from './product.ts';
import type { Link } from './proxy.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** What a fault takes for itself: two faults never have the same thing in their hands. */
export type Resource = 'redis' | 'mariadb' | Product;

export interface Fault {
  /** How often it is drawn, against the others. */
  weight: number;
  /** Which things it may happen to; one is drawn. */
  targets: (world: World) => Resource[];
  /** Does the harm and heals it; what it draws, it draws first. */
  strike: (world: World, target: Resource, random: Random) => Promise<void>;
}

const anyChat = ({ chats }: World): Resource[] => chats;
const anyProduct = ({ products }: World): Resource[] => products;
const redisItself = (): Resource[] => ['redis'];
const mariadbItself = (): Resource[] => ['mariadb'];

/** How long a thing stays broken, in milliseconds: mostly a moment, sometimes long enough for every time-out to pass. */
const outage = (random: Random, { longOutages }: World): number =>
  random.chance(0.2) && longOutages ? random.int(3_000, 7_000) : random.int(200, 2_000);

const product = (
  weight: number,
  targets: Fault['targets'],
  strike: (product: Product, random: Random, world: World) => Promise<void>,
): Fault => ({ weight, targets, strike: (world, target, random) => strike(target as Product, random, world) });

/** Waits until the process sends this to the server behind the proxy, and lets `act` decide whether it goes on. */
async function trap(
  proxy: Product['redis'],
  wanted: { direction: 'up' | 'down'; text?: RegExp },
  act: (link: Link) => 'pass' | 'swallow',
  on?: Link,
): Promise<Link | undefined> {
  const { promise, resolve } = Promise.withResolvers<Link | undefined>();
  const timer = setTimeout(() => {
    proxy.watch = undefined;
    resolve(undefined);
  }, 4_000);
  proxy.watch = (bytes, direction, link) => {
    if (direction !== wanted.direction || (on && link !== on)) return 'pass';
    if (wanted.text && !wanted.text.test(bytes.toString('latin1'))) return 'pass';
    proxy.watch = undefined;
    clearTimeout(timer);
    const verdict = act(link);
    resolve(link);
    return verdict;
  };
  return promise;
}

const commit = { direction: 'up', text: /commit$/u } as const;
/** New messages of a room, behind the publisher's id: not a typing mark, and no canary. */
const publication = {
  direction: 'up',
  text: /publish\r\n\$\d+\r\nkingbus:room:[\w-]+\r\n\$\d+\r\n[\w-]{36}m/u,
} as const;
const anyPublication = { direction: 'up', text: /publish\r\n/u } as const;

async function killAndRestart(killed: Product, random: Random): Promise<void> {
  const pause = random.int(50, 1_500);
  killed.kill();
  await delay(pause);
  await killed.start();
}

/** Everything that goes wrong, by name. */
export const catalogue: Record<string, Fault> = {
  'process killed': product(3, anyProduct, killAndRestart),

  'process killed before its commit': product(3, anyProduct, async (target, random) => {
    await trap(target.database, commit, () => {
      target.kill();
      return 'swallow';
    });
    await killAndRestart(target, random);
  }),

  'process killed after its commit': product(4, anyProduct, async (target, random) => {
    const link = await trap(target.database, commit, () => 'pass');
    const reply = { direction: 'down' } as const;
    if (link) {
      await trap(target.database, reply, () => (target.kill(), 'swallow'), link);
    }
    await killAndRestart(target, random);
  }),

  'process killed before its publish': product(4, anyProduct, async (target, random) => {
    await trap(target.redis, publication, () => {
      target.kill();
      return 'swallow';
    });
    await killAndRestart(target, random);
  }),

  'process frozen': product(3, anyProduct, async (target, random, world) => {
    const ms = outage(random, world);
    target.pause();
    await delay(ms);
    target.unpause();
  }),

  'process frozen at its commit': product(3, anyProduct, async (target, random, world) => {
    const ms = outage(random, world);
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

  'process restarted in peace': product(1, anyProduct, async (target) => {
    await target.stop();
    await target.start();
  }),

  'clock jumped': product(2, anyProduct, async (target, random, world) => {
    const [there, ms] = [random.int(-200_000, 200_000), outage(random, world)];
    target.setClock(there);
    await delay(ms);
    target.setClock(0);
  }),

  'Redis killed': {
    weight: 2,
    targets: redisItself,
    async strike(world, _target, random) {
      const { redis } = world;
      const ms = outage(random, world);
      await redis.kill();
      await delay(ms);
      await redis.startAgain();
    },
  },

  'Redis frozen': {
    weight: 2,
    targets: redisItself,
    async strike(world, _target, random) {
      const { redis } = world;
      const ms = outage(random, world);
      redis.pause();
      await delay(ms);
      redis.unpause();
    },
  },

  'Redis emptied': {
    weight: 1,
    targets: redisItself,
    async strike({ redis }) {
      const client = new Redis(redis.current.url);
      client.on('error', () => {});
      await client.flushall().catch(() => {});
      client.disconnect();
    },
  },

  'Redis unreachable': product(2, anyProduct, async (target, random, world) => {
    const ms = outage(random, world);
    target.redis.hold();
    await delay(ms);
    target.redis.release();
  }),

  'Redis subscription dead': product(3, anyChat, async (target, random, world) => {
    const ms = outage(random, world);
    for (const link of target.redis.links) if (link.subscribes) link.die();
    await delay(ms);
  }),

  'Redis connections cut': product(2, anyProduct, async (target) => {
    await trap(target.redis, anyPublication, () => 'swallow');
    target.redis.cut();
  }),

  'Redis slow': product(1, anyProduct, async (target, random, world) => {
    const [late, ms] = [random.int(20, 300), outage(random, world)];
    target.redis.delay = late;
    await delay(ms);
    target.redis.delay = 0;
  }),

  'MariaDB killed': {
    weight: 2,
    targets: mariadbItself,
    async strike({ mariadb }, _target, random) {
      const ms = random.int(50, 1_500);
      await mariadb.kill();
      await delay(ms);
      await mariadb.startAgain();
    },
  },

  'MariaDB frozen': {
    weight: 1,
    targets: mariadbItself,
    async strike(world, _target, random) {
      const { mariadb } = world;
      const ms = outage(random, world);
      mariadb.pause();
      await delay(ms);
      mariadb.unpause();
    },
  },

  'MariaDB unreachable': product(2, anyProduct, async (target, random, world) => {
    const ms = outage(random, world);
    target.database.hold();
    await delay(ms);
    target.database.release();
  }),

  'MariaDB lost at a commit': product(2, anyProduct, async (target, random, world) => {
    const [ms, reaches] = [outage(random, world), random.chance(0.5)];
    await trap(target.database, commit, (link) => {
      // Where the commit still arrives, only its answer is lost.
      if (reaches) setTimeout(() => link.die(), 1);
      else link.die();
      return reaches ? 'pass' : 'swallow';
    });
    await delay(ms);
  }),

  'MariaDB connections cut': product(2, anyProduct, async (target) => {
    await trap(target.database, { direction: 'down' }, () => 'swallow');
    target.database.cut();
  }),

  'MariaDB slow': product(1, anyProduct, async (target, random, world) => {
    const [late, ms] = [random.int(10, 150), outage(random, world)];
    target.database.delay = late;
    await delay(ms);
    target.database.delay = 0;
  }),
};
