import { Backoff } from '../reconnect.ts';

interface HistoryOptions {
  /** Whether there is more to read. */
  isComplete: () => boolean;
  /** Reads the next older page. */
  read: () => Promise<void>;
  onLoading: (isLoading: boolean) => void;
  /** A page was read. */
  onPage: () => void;
  /** Pauses before what failed is asked for again, in milliseconds. */
  pauses?: { fromMs: number; toMs: number };
}

/**
 * The older pages of the open room, one after the other. `more` may be called as often as the view likes: it begins nothing
 * while a page is being read, or while one that could not be read waits for its next try.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #backoff: Backoff;
  #reading = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.pauses ?? { fromMs: 1_000, toMs: 30_000 });
  }

  more(): void {
    if (this.#reading || this.#waiting !== undefined || this.#isClosed || this.#options.isComplete()) return;
    void this.#read();
  }

  /** Does not wait any longer with what failed: the connection is back. */
  retry(): void {
    if (this.#waiting === undefined) return;
    this.#stopWaiting();
    this.more();
  }

  /** The room is left: nothing is read, shown or waited for any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
  }

  async #read(): Promise<void> {
    const { read, onLoading, onPage } = this.#options;
    this.#reading = true;
    onLoading(true);
    const failed = await read().then(
      () => false,
      () => true,
    );
    this.#reading = false;
    if (this.#isClosed) return;
    if (failed) {
      this.#waiting = setTimeout(() => this.retry(), this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    onLoading(false);
    onPage();
  }

  #stopWaiting(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }
}
