import { element, reconcile } from './dom.ts';
import type { Room } from './room.ts';
import { shortText } from './time.ts';
import { systemText } from './words.ts';
import type { Language, Words } from './words.ts';

interface RoomListOptions {
  account: string;
  language: Language;
  words: Words;
  onChoose: (room: Room) => void;
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

export class RoomListView {
  readonly root: HTMLElement;
  readonly #list = element('ul', { class: 'rooms' });
  readonly #empty: HTMLElement;
  readonly #options: RoomListOptions;
  readonly #items = new Map<string, HTMLLIElement>();

  constructor(options: RoomListOptions) {
    this.#options = options;
    const { words } = options;
    this.#empty = element(
      'div',
      { class: 'empty', hidden: true },
      element('strong', {}, words.noRooms),
      element('span', { class: 'quiet' }, words.noRoomsWhy),
    );
    this.root = element('nav', { class: 'room-list', 'aria-label': words.rooms }, this.#list, this.#empty);
  }

  render(rooms: readonly Room[], chosen: Room | undefined): void {
    const sorted = rooms.toSorted((left, right) => right.activeAt.localeCompare(left.activeAt));
    this.#empty.hidden = sorted.length > 0;
    reconcile(
      this.#list,
      sorted.map((room) => this.#item(room, room === chosen)),
    );
  }

  #item(room: Room, isChosen: boolean): HTMLLIElement {
    const item = this.#items.get(room.id) ?? element('li');
    this.#items.set(room.id, item);
    const { account, words, language, onChoose } = this.#options;
    const name = nameOf(room, account);
    const isOnline = room.others(account).some(({ online }) => online);
    const preview = this.#preview(room);
    const unread = isChosen && document.hasFocus() ? 0 : room.unread;
    const key = JSON.stringify([name, isOnline, preview, unread, isChosen, room.activeAt]);
    if (item.dataset['key'] === key) return item;
    item.dataset['key'] = key;
    const hadFocus = item.contains(document.activeElement);
    const button = element(
      'button',
      {
        type: 'button',
        'aria-current': isChosen ? 'true' : undefined,
        'data-room': room.id,
        on: { click: () => onChoose(room) },
      },
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
    item.replaceChildren(button);
    if (hadFocus) button.focus();
    return item;
  }

  #preview(room: Room): string {
    const { account, words } = this.#options;
    const { last } = room;
    if (!last) return '';
    if (last.kind === 'system') return systemText(words, last.body);
    if (last.deletedAt !== undefined || last.kind === 'deletion') return words.deleted;
    return last.from === account ? `${words.you}: ${last.body}` : last.body;
  }
}
