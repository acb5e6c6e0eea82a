import { element, reconcile } from './dom.ts';
import type { TaskState } from './retried-task.ts';
import type { Room } from './room.ts';
import { RovingFocus } from './roving-focus.ts';
import { shortText } from './time.ts';
import { lineOf } from './said.ts';
import { systemText } from './words.ts';
import type { Language, Words } from './words.ts';

interface RoomListOptions {
  account: string;
  language: Language;
  words: Words;
  onChoose: (room: string) => void;
  /** The person does not want to wait for what could not be read. */
  onRetry: () => void;
}

/** A circle with an initial, in a colour of its own; it says nothing that the name beside it does not. */
export function avatar(name: string, online: boolean): HTMLElement {
  let sum = 0;
  for (const character of name) sum += character.codePointAt(0) ?? 0;
  const circle = element('span', { class: `avatar tint-${sum % 6}`, 'aria-hidden': 'true' }, name.slice(0, 1));
  if (online) circle.append(element('span', { class: 'dot' }));
  return circle;
}

export const nameOf = (room: Room, account: string): string =>
  room
    .others(account)
    .map(({ displayName }) => displayName)
    .join(', ') || '—';

/** The rooms, the one with the newest message first, as a listbox: the arrow keys move, Enter or Space opens. */
export class RoomListView {
  readonly root: HTMLElement;
  readonly #options: RoomListOptions;
  readonly #list: HTMLElement;
  readonly #focus: RovingFocus;
  readonly #empty: HTMLElement;
  readonly #failed: HTMLElement;
  readonly #items = new Map<string, HTMLLIElement>();
  #state: TaskState = 'running';

  constructor(options: RoomListOptions) {
    this.#options = options;
    const { words, onRetry } = options;
    this.#list = element('ul', { class: 'rooms', role: 'listbox', 'aria-label': words.rooms });
    const items = () => [...this.#list.querySelectorAll('li')];
    this.#focus = new RovingFocus({ list: this.#list, items, start: openOrFirst });
    this.#empty = element(
      'div',
      { class: 'empty', hidden: true },
      element('strong', {}, words.noRooms),
      element('span', { class: 'quiet' }, words.noRoomsWhy),
    );
    this.#failed = element(
      'div',
      { class: 'quiet loading', role: 'status', hidden: true },
      words.roomsNotLoaded,
      element('button', { class: 'link', type: 'button', on: { click: onRetry } }, words.tryAgain),
    );
    this.root = element(
      'nav',
      { class: 'room-list', 'aria-label': words.rooms },
      this.#failed,
      this.#list,
      this.#empty,
    );
  }

  /** Shows how the reading of the list goes. */
  showState(state: TaskState): void {
    this.#state = state;
    this.#renderNotices();
  }

  render(rooms: readonly Room[], chosen: Room | undefined): void {
    const sorted = rooms.toSorted((left, right) => right.activeAt.localeCompare(left.activeAt));
    this.#list.hidden = sorted.length === 0;
    this.#renderNotices();
    this.#focus.update(() =>
      reconcile(
        this.#list,
        sorted.map((room) => this.#item(room, room === chosen)),
      ),
    );
  }

  #renderNotices(): void {
    const hasFailed = this.#state === 'waiting' || this.#state === 'failed';
    this.#failed.hidden = !hasFailed;
    // That there are none is known once they were read.
    this.#empty.hidden = this.#state !== 'idle' || !this.#list.hidden;
  }

  #item(room: Room, isChosen: boolean): HTMLLIElement {
    const item = this.#items.get(room.id) ?? this.#newItem(room.id);
    const { account, words, language } = this.#options;
    const name = nameOf(room, account);
    const isOnline = room.others(account).some(({ online }) => online);
    const preview = this.#preview(room);
    const unread = isChosen && document.hasFocus() ? 0 : room.unread;
    const key = JSON.stringify([name, isOnline, preview, unread, isChosen, room.activeAt]);
    if (item.dataset['key'] === key) return item;
    item.dataset['key'] = key;
    item.setAttribute('aria-selected', String(isChosen));
    item.replaceChildren(
      avatar(name, isOnline),
      element(
        'span',
        { class: 'summary' },
        element('span', { class: 'name' }, name),
        element('span', { class: 'preview' }, preview),
      ),
      element(
        'span',
        { class: 'aside' },
        element('time', { datetime: room.activeAt }, shortText(room.activeAt, language, words)),
        unread > 0 &&
          element(
            'span',
            { class: 'badge' },
            element('span', { 'aria-hidden': 'true' }, unread > 99 ? '99+' : String(unread)),
            element('span', { class: 'for-readers' }, words.unread(unread)),
          ),
      ),
    );
    return item;
  }

  #newItem(id: string): HTMLLIElement {
    const choose = () => this.#options.onChoose(id);
    const onKey = (event: Event) => {
      const { key } = event as KeyboardEvent;
      if (key !== 'Enter' && key !== ' ') return;
      event.preventDefault();
      choose();
    };
    const item = element('li', { role: 'option', 'data-id': id, on: { click: choose, keydown: onKey } });
    this.#items.set(id, item);
    return item;
  }

  #preview(room: Room): string {
    const { account, words } = this.#options;
    const { last } = room;
    if (!last) return '';
    if (last.kind === 'system') return systemText(words, last.body);
    if (last.deletedAt !== undefined || last.kind === 'deletion') return words.deleted;
    const line = lineOf(last, words);
    return last.from === account ? `${words.you}: ${line}` : line;
  }
}

const openOrFirst = (items: HTMLElement[]): HTMLElement | undefined =>
  items.find(({ ariaSelected }) => ariaSelected === 'true') ?? items[0];
