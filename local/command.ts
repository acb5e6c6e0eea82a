import { Problem } from './problem.ts';

/** What a command has started, to be undone in the opposite order, once. */
export class Cleanup {
  readonly #steps: Array<() => unknown> = [];
  #running: Promise<void> | undefined;

  /** @param step must not fail because of a step added later having failed */
  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#running ??= this.#undo();
    return this.#running;
  }

  async #undo(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** Prints what went wrong: a Problem as the paragraph that it is, anything else as the fault of ours that it is. */
export function report(error: unknown): void {
  console.error(error instanceof Problem ? `\n${error.message}` : error);
}
