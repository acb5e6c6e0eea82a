import { ProblemError } from '../problem-error.ts';
import { RetriedTask } from './retried-task.ts';
import type { TaskState } from './retried-task.ts';

interface HistoryOptions {
  /** Whether there is nothing older to read. */
  isComplete: () => boolean;
  /** Reads the next older page. */
  read: () => Promise<void>;
  /** What to show above the messages. */
  onState: (state: TaskState) => void;
  /** A page was read. */
  onPage: () => void;
  /** Pauses before what failed is asked for again, in milliseconds. */
  pauses?: { fromMs: number; toMs: number };
  /** How often it is asked for again without anybody's doing. */
  tries?: number;
}

/**
 * The older pages of the open room, one after the other. `more` may be called as often as the view likes: it begins nothing
 * while a page is being read, or after one could not be read. What failed is asked for again after a pause, when the connection
 * is back, and when a person says so (`retry`).
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #task: RetriedTask;
  #isClosed = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { read, onState, onPage, pauses, tries } = options;
    this.#task = new RetriedTask({
      work: read,
      isTemporary,
      onState: (state) => {
        onState(state);
        if (state !== 'idle') return;
        // After this run has ended: a view that is not full yet asks for the next page.
        queueMicrotask(() => this.#isClosed || onPage());
      },
      ...(pauses && { pauses }),
      ...(tries !== undefined && { tries }),
    });
  }

  more(): void {
    if (!this.#options.isComplete()) this.#task.run();
  }

  /** Asks now for what failed. */
  retry(): void {
    this.#task.retry();
  }

  /** The room is left: nothing is read, shown or waited for any more. */
  close(): void {
    this.#isClosed = true;
    this.#task.close();
  }
}

/** Asking the same again changes nothing where the server understood it and refused. */
export const isTemporary = (error: unknown): boolean =>
  !(error instanceof ProblemError) || error.status >= 500 || error.status === 429 || error.status === 408;
