import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { NodeProduct } from '../node-product.ts';
import type { RedisNode } from '../servers.ts';
import { fault, outage, trap } from './fault.ts';
import type { Fault } from './fault.ts';
import { killAndRestart } from './process.ts';

/** New messages of a room, behind the publisher's id: not a typing mark, and no canary. */
const publication = {
  direction: 'up',
  text: /publish\r\n\$\d+\r\nkingbus:room:[\w-]+\r\n\$\d+\r\n[\w-]{36}m/u,
} as const;
/** The end of a session, to the sockets of its account. */
const endOfSession = {
  direction: 'up',
  text: /publish\r\n\$\d+\r\nkingbus:account:[\w-]+\r\n\$\d+\r\n[\w-]{36}\{"kind":"session_ended"/u,
} as const;
const anyPublication = { direction: 'up', text: /publish\r\n/u } as const;

/** The sender's process has committed, and no other process is told. */
export const killedBeforePublish = (products: readonly NodeProduct[]): Fault =>
  fault(4, products, async (target, random) => {
    await trap(target.redis, publication, () => {
      target.kill();
      return 'swallow';
    });
    await killAndRestart(target, random);
  });

/** Redis promises no more than at most once. Who sends notices only that one answer is missing. */
export const hintLost = (products: readonly NodeProduct[]): Fault =>
  fault(3, products, async (target) => {
    await trap(target.redis, publication, () => 'swallow');
  });

/** The sockets of a session that has ended learn nothing of it. */
export const endOfSessionLost = (products: readonly NodeProduct[]): Fault =>
  fault(3, products, async (target) => {
    await trap(target.redis, endOfSession, () => 'swallow');
  });

/**
 * @param chats those of `products` that subscribe
 * @param https those that end sessions
 */
export const redisFaults = (
  nodes: readonly RedisNode[],
  products: readonly NodeProduct[],
  chats: readonly NodeProduct[],
  https: readonly NodeProduct[],
  longOutages: boolean,
) => ({
  'process killed before its publish': killedBeforePublish(products),

  'hint lost': hintLost(products),

  'end of a session lost': endOfSessionLost(https),

  'Redis killed': fault(2, nodes, async (redis, random) => {
    const ms = outage(random, longOutages);
    await redis.kill();
    await delay(ms);
    await redis.startAgain();
  }),

  'Redis frozen': fault(2, nodes, async (redis, random) => {
    const ms = outage(random, longOutages);
    redis.pause();
    await delay(ms);
    redis.unpause();
  }),

  'Redis emptied': fault(1, nodes, async (redis) => {
    const client = new Redis(redis.current.url);
    client.on('error', () => {});
    await client.flushall().catch(() => {});
    client.disconnect();
  }),

  'Redis unreachable': fault(2, products, async (target, random) => {
    const ms = outage(random, longOutages);
    target.redis.hold();
    await delay(ms);
    target.redis.release();
  }),

  'Redis subscription dead': fault(3, chats, async (target, random) => {
    const ms = outage(random, longOutages);
    for (const link of target.redis.links) if (link.subscribes) link.die();
    await delay(ms);
  }),

  'Redis connections cut': fault(2, products, async (target) => {
    await trap(target.redis, anyPublication, () => 'swallow');
    target.redis.cut();
  }),

  'Redis slow': fault(1, products, async (target, random) => {
    const [late, ms] = [random.int(20, 300), outage(random, longOutages)];
    target.redis.delay = late;
    await delay(ms);
    target.redis.delay = 0;
  }),
});
