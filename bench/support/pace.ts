import { setTimeout as delay } from 'node:timers/promises';

export interface Pace {
  /** Messages that are made at once. */
  burst: number;
  /** Milliseconds from one burst to the next. */
  everyMs: number;
}

/** Makes `count` messages at a pace. A burst that comes late does not make the next one later. */
export async function makeAtPace(
  count: number,
  { burst, everyMs }: Pace,
  make: (index: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (let index = 0; index < count;) {
    const due = startedAt + (index / burst) * everyMs;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    for (const end = Math.min(count, index + burst); index < end; index++) make(index);
  }
}
