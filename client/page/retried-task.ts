import { Backoff } from '../reconnect.ts';

/** `waiting`: it failed, and will be tried again by itself. `failed`: it will not, unless somebody asks for it. */
export type TaskState = 'idle' | 'running' | 'waiting' | 'failed';

interface RetriedTaskOptions {
  work: () => Promise<void>;
  onState?: (state: TaskState) => void;
  /** Whether trying again may help. */
  isTemporary?: (error: unknown) => boolean;
  /** Pauses before the next try, in milliseconds. */
  pauses?: { fromMs: number; toMs: number };
  /** After so many failures in a row it is not tried again by itself. */
  tries?: number;
}

/** Work that is tried again while it fails, after pauses that grow, and so many times; one run at a time. */
export class RetriedTask {
  readonly #options: RetriedTaskOptions;
  readonly #backoff: Backoff;
  #state: TaskState = 'idle';
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWantedAgain = false;
  #isClosed = false;

  constructor(options: RetriedTaskOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.pauses ?? { fromMs: 1_000, toMs: 30_000 });
  }

  get state(): TaskState {
    return this.#state;
  }

  /** Runs, unless it runs or failed already. */
  run(): void {
    if (this.#state === 'idle') void this.#run();
  }

  /** Runs once more from now on: at once, or after the run that is under way. */
  runAgain(): void {
    if (this.#state === 'running') this.#isWantedAgain = true;
    else void this.#run();
  }

  /** Tries again now, where it failed. */
  retry(): void {
    if (this.#state !== 'waiting' && this.#state !== 'failed') return;
    this.#failures = 0;
    void this.#run();
  }

  /** Nothing is run, told or waited for any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#isWantedAgain = false;
    this.#become('running');
    const { work, isTemporary = () => true, tries = 8 } = this.#options;
    try {
      await work();
      this.#failures = 0;
      this.#backoff.reset();
      this.#become('idle');
    } catch (error) {
      if (this.#isClosed) return;
      this.#failures++;
      if (!isTemporary(error) || this.#failures >= tries) return this.#become('failed');
      this.#timer = setTimeout(() => void this.#run(), this.#backoff.next());
      return this.#become('waiting');
    }
    if (this.#isWantedAgain) void this.#run();
  }

  #become(state: TaskState): void {
    if (this.#isClosed) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
