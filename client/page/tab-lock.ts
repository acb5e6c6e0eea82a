type Locks = Pick<LockManager, 'request'>;

/**
 * Tells which tabs of this browser are still open: each holds a Web Lock with its name, which the browser releases when the tab
 * is closed, crashes, or leaves the page. Without Web Locks (a page without TLS has none) every other tab counts as closed.
 */
export class TabLock {
  readonly #locks: Locks | undefined;
  readonly tab: string;

  constructor(locks: Locks | undefined, tab: string) {
    this.#locks = locks;
    this.tab = tab;
  }

  /** Says that this tab is open, from now until it is closed. */
  hold(): void {
    this.#locks?.request(nameOf(this.tab), () => new Promise(() => {})).catch(() => {});
  }

  /** Calls `act` once the other tab is closed: at once where it is already. An abort ends the waiting. */
  whenClosed(tab: string, act: () => void, signal: AbortSignal): void {
    if (!this.#locks) return act();
    this.#locks.request(nameOf(tab), { signal }, act).catch(() => {});
  }
}

const nameOf = (tab: string): string => `kingbus.tab.${tab}`;
