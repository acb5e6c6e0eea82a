import type { Link, Proxy, Watch } from '../proxy.ts';
import type { Random } from '../random.ts';

/** What a fault takes for itself: two faults never have the same thing in their hands. */
export interface Resource {
  /** What people call it: `chat-1`. */
  readonly name: string;
}

export interface Fault {
  /** How often it is drawn, against the others. */
  weight: number;
  /** Draws whom it hits. `strike` does the harm and heals it; what it draws, it draws first. */
  aim: (random: Random) => { target: Resource; strike: () => Promise<void> };
}

export type Faults = Readonly<Record<string, Fault>>;

/** A fault that may hit any of `targets`. */
export function fault<Target extends Resource>(
  weight: number,
  targets: readonly Target[],
  strike: (target: Target, random: Random) => Promise<void>,
): Fault {
  return {
    weight,
    aim(random) {
      const target = random.pick(targets);
      return { target, strike: () => strike(target, random) };
    },
  };
}

/** How long a thing stays broken, in milliseconds: mostly a moment, sometimes long enough for every time-out to pass. */
export const outage = (random: Random, long: boolean): number =>
  random.chance(0.2) && long ? random.int(3_000, 7_000) : random.int(200, 2_000);

/** Waits until something passes the proxy, and lets `act` decide whether it goes on. Undefined where nothing came. */
export async function trap(
  proxy: Proxy,
  wanted: { direction: 'up' | 'down'; text?: RegExp },
  act: (link: Link, text: string) => 'pass' | 'swallow',
  on?: Link,
): Promise<Link | undefined> {
  const { promise, resolve } = Promise.withResolvers<Link | undefined>();
  const timer = setTimeout(() => {
    proxy.watches.delete(watch);
    resolve(undefined);
  }, 4_000);
  const watch: Watch = (bytes, direction, link) => {
    if (direction !== wanted.direction || (on && link !== on)) return 'pass';
    const text = bytes.toString('latin1');
    if (wanted.text && !wanted.text.test(text)) return 'pass';
    proxy.watches.delete(watch);
    clearTimeout(timer);
    const verdict = act(link, text);
    resolve(link);
    return verdict;
  };
  proxy.watches.add(watch);
  return promise;
}

export const commit = { direction: 'up', text: /commit$/u } as const;
