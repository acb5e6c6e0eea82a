import { Problem } from './problem.ts';

type Step = { undo: () => unknown; force: () => unknown };

/** What a command has started, to be undone in the opposite order, once. */
export class Cleanup {
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  /**
   * @param undo stops it in peace
   * @param force stops it at once, for someone who does not want to wait
   */
  add(undo: Step['undo'], force: Step['force'] = () => {}): void {
    this.#steps.push({ undo, force });
  }

  run(): Promise<void> {
    this.#running ??= this.#undo();
    return this.#running;
  }

  /** Ends what is still there without any ceremony. */
  async force(): Promise<void> {
    await Promise.allSettled(this.#steps.map(async ({ force }) => force()));
  }

  async #undo(): Promise<void> {
    for (let step = this.#steps.at(-1); step !== undefined; step = this.#steps.at(-1)) {
      try {
        await step.undo();
      } catch (error) {
        console.error(error);
      }
      this.#steps.pop();
    }
  }
}

/** Prints what went wrong: a Problem as the paragraph that it is, anything else as the fault of ours that it is. */
export function report(error: unknown): void {
  console.error(error instanceof Problem ? `\n${error.message}` : error);
}
