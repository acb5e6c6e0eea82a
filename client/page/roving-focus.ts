interface RovingFocusOptions {
  list: HTMLElement;
  /** The elements among which the arrow keys move, in order; each is known again by its `data-id`. */
  items: () => HTMLElement[];
  /** Where Tab enters the list. */
  start: (items: HTMLElement[]) => HTMLElement | undefined;
  /** An arrow key would move beyond the first one. */
  onBeforeFirst?: () => void;
}

/**
 * Makes a list one stop for Tab: the arrow keys, Home and End move within it, and Tab goes on through the buttons of the item
 * that has the focus. (WAI-ARIA Authoring Practices, "Managing Focus Within Components Using a Roving tabindex".)
 */
export class RovingFocus {
  readonly #options: RovingFocusOptions;
  #current: string | undefined;

  constructor(options: RovingFocusOptions) {
    this.#options = options;
    options.list.addEventListener('keydown', (event) => this.#onKey(event));
    options.list.addEventListener('focusin', ({ target }) => this.#onFocus(target as Element));
    options.list.addEventListener('focusout', ({ relatedTarget }) => {
      if (!options.list.contains(relatedTarget as Element | null)) this.#onLeave();
    });
  }

  /** Changes the list. What had the focus has it afterwards, also where its element was made anew. */
  update(change: () => void): void {
    const { list, items } = this.#options;
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && placeOf(focused, items());
    change();
    const current = this.#setStops();
    if (!focused || focused.isConnected) return;
    const item = items().find(({ dataset }) => dataset['id'] === place?.id) ?? current;
    const button = item && buttonsOf(item)[place?.button ?? -1];
    (button ?? item)?.focus();
  }

  #setStops(): HTMLElement | undefined {
    const items = this.#options.items();
    const current = items.find(({ dataset }) => dataset['id'] === this.#current) ?? this.#options.start(items);
    for (const item of items) {
      const stop = item === current ? '0' : '-1';
      for (const each of [item, ...buttonsOf(item)]) {
        if (each.getAttribute('tabindex') !== stop) each.setAttribute('tabindex', stop);
      }
    }
    return current;
  }

  #onFocus(target: Element): void {
    const item = this.#options.items().find((each) => each.contains(target));
    if (!item || this.#current === item.dataset['id']) return;
    this.#current = item.dataset['id'];
    this.#setStops();
  }

  #onLeave(): void {
    this.#current = undefined;
    this.#setStops();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const items = this.#options.items();
    const index = items.findIndex((each) => each.contains(event.target as Node));
    if (index === -1) return;
    const next = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: items.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) return this.#options.onBeforeFirst?.();
    items[next]?.focus();
    items[next]?.scrollIntoView({ block: 'nearest' });
  }
}

const buttonsOf = (item: Element): HTMLElement[] => [...item.querySelectorAll('button')];

function placeOf(focused: Element, items: HTMLElement[]): { id: string | undefined; button: number } | undefined {
  const item = items.find((each) => each.contains(focused));
  return item && { id: item.dataset['id'], button: buttonsOf(item).findIndex((each) => each === focused) };
}
