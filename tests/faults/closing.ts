/** What was started, so that it can be ended: the last first. */
export class Closing {
  readonly #steps: (() => unknown)[] = [];

  add(...steps: (() => unknown)[]): void {
    this.#steps.push(...steps);
  }

  async close(): Promise<void> {
    for (const each of this.#steps.splice(0).toReversed()) {
      try {
        await each();
      } catch {
        // It is gone already, or its server is: the folder goes with everything in it.
      }
    }
  }

  /** Runs `start`; where it fails, what it had started by then is ended. */
  async orClose<Result>(start: () => Promise<Result>): Promise<Result> {
    try {
      return await start();
    } catch (error) {
      await this.close();
      throw error;
    }
  }
}
