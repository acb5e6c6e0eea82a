import { setTimeout as delay } from 'node:timers/promises';
import type { Faults, Resource } from './catalogue/fault.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

export interface StormOptions {
  world: World;
  /** Which of the world's faults, by name. */
  kinds: readonly string[];
  random: Random;
  tally: Tally;
  /** The pause between the beginnings of two faults, in milliseconds: as long on average. */
  pause: number;
  /** Resolves when enough has got through since it was last asked, or with the signal. */
  progress: (signal: AbortSignal) => Promise<void>;
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
    const { kinds, pause, random, progress } = this.#options;
    while (!signal.aborted && kinds.length > 0) {
      const drawn = random.fork(`fault ${this.#drawn}`);
      await delay(pause * (0.3 + drawn.fraction() * 1.4), undefined, { signal }).catch(() => {});
      await progress(signal);
      if (!signal.aborted) await this.#strike(drawn, this.#drawn++);
    }
    await this.healed();
  }

  /** Nothing is broken any more. */
  async healed(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /**
   * For the last messages of a storm: whoever commits dies before it tells, so that the tail of a room is known to nobody,
   * and no later message tells of it.
   */
  async strikeTail(): Promise<void> {
    const { world, random, kinds } = this.#options;
    const drawn = random.fork(`tail ${this.#lasts++}`);
    const possible = Object.keys(world.tailFaults).filter((kind) => kinds.includes(kind));
    if (possible.length > 0) await this.#begin(world.tailFaults, drawn.pick(possible), drawn, 'tail');
  }

  /** Begins the nth fault once its target is free. */
  async #strike(random: Random, number: number): Promise<void> {
    const { world, kinds } = this.#options;
    await this.#begin(world.faults, draw(random, world.faults, kinds), random, `fault ${number}`);
  }

  async #begin(faults: Faults, kind: string, random: Random, title: string): Promise<void> {
    const { tally, say } = this.#options;
    const fault = faults[kind];
    if (fault === undefined) throw new Error(`there is no fault named ${kind}`);
    const { target, strike } = fault.aim(random);
    // Whoever waits for the same thing comes in turn.
    while (this.#busy.has(target)) await this.#busy.get(target);
    const startedAt = performance.now();
    say(`${title}: ${kind} (${target.name})`);
    const strikeAndHeal = async () => {
      await strike();
      tally.add(kind);
      this.#busy.delete(target);
      say(`${title}: healed after ${Math.round(performance.now() - startedAt)} ms`);
    };
    const struck = strikeAndHeal();
    this.#busy.set(target, struck);
  }
}

function draw(random: Random, faults: Faults, kinds: readonly string[]): string {
  const total = kinds.reduce((sum, kind) => sum + (faults[kind]?.weight ?? 0), 0);
  let left = random.fraction() * total;
  for (const kind of kinds) {
    left -= faults[kind]?.weight ?? 0;
    if (left < 0) return kind;
  }
  return kinds.at(-1) ?? '';
}
