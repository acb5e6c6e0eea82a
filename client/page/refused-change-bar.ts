import { element } from './dom.ts';
import type { RefusedChange, Room } from './room.ts';
import { isAboutContent, refusalText } from './words.ts';
import type { Words } from './words.ts';

interface RefusedChangeBarOptions {
  words: Words;
  onEditAgain: (change: RefusedChange) => void;
  onDiscard: (change: RefusedChange) => void;
}

/** Tells of an edit or a deletion that the server refused, until a person has decided what becomes of it. */
export class RefusedChangeBar {
  readonly root = element('div', { class: 'refused', role: 'alert', hidden: true });
  readonly #options: RefusedChangeBarOptions;
  #shown: string | undefined;

  constructor(options: RefusedChangeBarOptions) {
    this.#options = options;
  }

  render(room: Room): void {
    const [change] = room.refusedChanges;
    this.root.hidden = change === undefined;
    if (this.#shown === change?.entry.id) return;
    this.#shown = change?.entry.id;
    this.root.replaceChildren(...(change ? this.#content(change) : []));
  }

  #content(change: RefusedChange): HTMLElement[] {
    const { words, onEditAgain, onDiscard } = this.#options;
    const { entry, refusal } = change;
    const title = entry.type === 'edit' ? words.notEdited : words.notRemoved;
    const button = (label: string, act: (change: RefusedChange) => void) =>
      element('button', { class: 'link', type: 'button', on: { click: () => act(change) } }, label);
    return [
      element(
        'p',
        {},
        `${title} ${refusalText(words, refusal)}`,
        entry.type === 'edit' && element('q', { class: 'quiet' }, entry.body),
      ),
      element(
        'span',
        { class: 'choices' },
        entry.type === 'edit' && isAboutContent(refusal) && button(words.editAgain, onEditAgain),
        button(entry.type === 'edit' ? words.discard : words.dismiss, onDiscard),
      ),
    ];
  }
}
