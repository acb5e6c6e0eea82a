import { setTimeout as delay } from 'node:timers/promises';
import { catalogue } from './catalogue.ts';
import type { Resource } from './catalogue.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

const tailKinds = ['process killed after its commit', 'process killed before its publish'];

export interface StormOptions {
  world: World;
  /** Which faults, by name; all of the catalogue unless said otherwise. */
  kinds: readonly string[];
  random: Random;
  tally: Tally;
  /** The pause between the beginnings of two faults, in milliseconds: as long on average. */
  pause: number;
  say: (line: string) => void;
}

/**
 * Faults in the order that chance gives them: kind, target, length and pause of the nth are the same whenever the seed is.
 * They overlap, unless they want the same thing.
 */
export class Storm {
  readonly #options: StormOptions;
  readonly #busy = new Map<Resource, Promise<void>>();
  #drawn = 0;
  #lasts = 0;

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** One fault after the other until `signal`; resolves when the last one is healed. */
  async rage(signal: AbortSignal): Promise<void> {
    const { kinds, pause, random } = this.#options;
    while (!signal.aborted && kinds.length > 0) {
      const drawn = random.fork(`fault ${this.#drawn}`);
      await delay(pause * (0.3 + drawn.fraction() * 1.4), undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.#strike(drawn, this.#drawn++);
    }
    await this.healed();
  }

  /** Nothing is broken any more. */
  async healed(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /**
   * For the last messages of a storm: a chat process dies between commit and publish, so that the tail of a room is known
   * to nobody, and no later message tells of it.
   */
  async strikeTail(): Promise<void> {
    const { world, random, kinds } = this.#options;
    const drawn = random.fork(`tail ${this.#lasts++}`);
    const possible = tailKinds.filter((kind) => kinds.includes(kind));
    if (possible.length > 0) await this.#begin(drawn.pick(possible), drawn.pick(world.chats), drawn, 'tail');
  }

  /** Begins the nth fault once its target is free. */
  async #strike(random: Random, number: number): Promise<void> {
    const { world, kinds } = this.#options;
    const kind = draw(random, kinds);
    const targets = catalogue[kind]?.targets(world) ?? [];
    await this.#begin(kind, random.pick(targets), random, `fault ${number}`);
  }

  async #begin(kind: string, target: Resource, random: Random, title: string): Promise<void> {
    const { world, tally, say } = this.#options;
    const fault = catalogue[kind];
    if (fault === undefined) throw new Error(`there is no fault named ${kind}`);
    // Whoever waits for the same thing comes in turn.
    while (this.#busy.has(target)) await this.#busy.get(target);
    const name = typeof target === 'string' ? target : target.name;
    const startedAt = performance.now();
    say(`${title}: ${kind} (${name})`);
    const strikeAndHeal = async () => {
      await fault.strike(world, target, random);
      tally.add(kind);
      this.#busy.delete(target);
      say(`${title}: healed after ${Math.round(performance.now() - startedAt)} ms`);
    };
    const struck = strikeAndHeal();
    this.#busy.set(target, struck);
  }
}

function draw(random: Random, kinds: readonly string[]): string {
  const total = kinds.reduce((sum, kind) => sum + (catalogue[kind]?.weight ?? 0), 0);
  let left = random.fraction() * total;
  for (const kind of kinds) {
    left -= catalogue[kind]?.weight ?? 0;
    if (left < 0) return kind;
  }
  return kinds.at(-1) ?? '';
}
