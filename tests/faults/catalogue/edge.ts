import { setTimeout as delay } from 'node:timers/promises';
import type { Product } from '../product.ts';
import type { Link, Proxy } from '../proxy.ts';
import type { Random } from '../random.ts';
import { fault, outage, trap } from './fault.ts';
import type { Fault, Resource } from './fault.ts';
import { killAndRestart } from './process.ts';

/** The way from all clients to the Worker. */
export interface ClientNetwork extends Resource {
  readonly proxy: Proxy;
}

const acknowledgement = { direction: 'down', text: /"type":"ack"/u } as const;
const delivery = { direction: 'down', text: /"type":"message".*?"from":"(?<account>[\w-]{36})"/u } as const;
/** The first statement of a transaction that adds to a room's log names the room. */
const append = /select[^;]*`rooms`[^;]*'(?<room>[\w-]{36})'[^;]*for update/isu;

/** Ends one Durable Object alone (edge/worker.mjs). Whether it still stood: nobody can say. */
async function end(worker: Product, object: string): Promise<void> {
  const signal = AbortSignal.timeout(3_000);
  await fetch(`${worker.origin}/faults/${object}`, { method: 'POST', signal }).catch(() => {});
}

/** MariaDB has the message; the object that asked it to commit is gone before it hears so, and tells nobody. */
export const roomEndedAfterCommit = (worker: Product): Fault =>
  fault(4, [worker], async () => {
    const { database } = worker;
    let roomId: string | undefined;
    const link = await trap(database, { direction: 'up', text: append }, (_link, text) => {
      roomId = append.exec(text)?.groups?.['room'];
      return 'pass';
    });
    if (link === undefined || roomId === undefined) return;
    await trap(database, { direction: 'up', text: /commit$/u }, () => 'pass', link);
    await trap(database, { direction: 'down' }, () => 'swallow', link);
    await end(worker, `rooms/${roomId}`);
    link.cut();
  });

/** What becomes of the Worker's objects, and of the ways from its clients. */
export const edgeFaults = (worker: Product, clients: ClientNetwork, longOutages: boolean) => ({
  'room ended after its commit': roomEndedAfterCommit(worker),

  'inbox ended': fault(4, [clients], async ({ proxy }, random) => {
    const [times, accountIds] = [random.int(1, 4), new Set<string>()];
    for (let time = 0; time < times; time++) {
      await trap(proxy, delivery, (_link, text) => {
        const account = delivery.text.exec(text)?.groups?.['account'];
        if (account !== undefined) accountIds.add(account);
        return 'pass';
      });
    }
    await Promise.all([...accountIds].map((accountId) => end(worker, `inboxes/${accountId}`)));
  }),

  'process killed before an acknowledgement': fault(3, [worker], (target, random) =>
    killAt(target, clients.proxy, acknowledgement, 'swallow', random),
  ),

  'process killed in a fan-out': fault(3, [worker], (target, random) =>
    killAt(target, clients.proxy, delivery, 'pass', random),
  ),

  'clients cut': fault(2, [clients], async ({ proxy }, random) => {
    const share = random.pick([0.1, 0.5, 1]);
    const struck = await trap(proxy, delivery, () => 'swallow');
    for (const link of proxy.links) if (link === struck || random.chance(share)) link.cut();
  }),

  'clients unreachable': fault(2, [clients], async ({ proxy }, random) => {
    const ms = outage(random, longOutages);
    proxy.hold();
    await delay(ms);
    proxy.release();
  }),

  'clients slow': fault(1, [clients], async ({ proxy }, random) => {
    const [late, ms] = [random.int(20, 300), outage(random, longOutages)];
    proxy.delay = late;
    await delay(ms);
    proxy.delay = 0;
  }),
});

/** One client has been told, or is about to be; the others are not. */
async function killAt(
  target: Product,
  proxy: Proxy,
  moment: typeof acknowledgement | typeof delivery,
  verdict: 'pass' | 'swallow',
  random: Random,
): Promise<void> {
  await trap(proxy, moment, (_link: Link) => {
    target.kill();
    return verdict;
  });
  await killAndRestart(target, random);
}
