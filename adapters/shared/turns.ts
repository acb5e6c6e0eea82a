import { Overloaded } from '../../functions/overloaded.ts';

/** Work of which so much is done at once and so much may wait, first come, first served; what is beyond is refused at once. */
export class Turns {
  readonly #atOnce: number;
  readonly #waitingAtMost: number;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  constructor({ atOnce, waiting }: { atOnce: number; waiting: number }) {
    this.#atOnce = atOnce;
    this.#waitingAtMost = waiting;
  }

  /** Throws Overloaded where one more would be refused. */
  requireRoom(): void {
    if (this.#underWay >= this.#atOnce && this.#waiting.size >= this.#waitingAtMost) {
      throw new Overloaded('more wait than will have their turn soon');
    }
  }

  /**
   * Does the work when its turn has come.
   *
   * @param whileWanted once it is aborted, work that has not begun never does
   * @throws Overloaded where too many wait, or nobody does any more
   */
  async take<Result>(work: () => Promise<Result>, whileWanted?: AbortSignal): Promise<Result> {
    this.requireRoom();
    if (whileWanted?.aborted === true) throw abandoned();
    if (this.#underWay < this.#atOnce) this.#underWay++;
    // Whoever ends gives the turn on: it is never free in between.
    else await this.#turn(whileWanted);
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#underWay--;
      else next();
    }
  }

  #turn(whileWanted: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.#waiting.delete(begin);
        whileWanted?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(begin);
        reject(abandoned());
      };
      this.#waiting.add(begin);
      whileWanted?.addEventListener('abort', leave, { once: true });
    });
  }
}

const abandoned = () => new Overloaded('whoever asked has gone');
