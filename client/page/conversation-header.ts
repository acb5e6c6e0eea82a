import { element, icon } from './dom.ts';
import { avatar, nameOf } from './room-list.ts';
import type { Room } from './room.ts';
import { dateText, shortText } from './time.ts';
import type { Language, Words } from './words.ts';

interface ConversationHeaderOptions {
  account: string;
  language: Language;
  words: Words;
  onBack: () => void;
}

/** Who the open room is with, whether they are there, and which trip it is about. */
export class ConversationHeader {
  readonly root = element('header', { class: 'bar' });
  readonly #options: ConversationHeaderOptions;
  readonly #details = element('div', { class: 'who' });
  readonly #avatar = element('span');

  constructor(options: ConversationHeaderOptions) {
    this.#options = options;
    const { words, onBack } = options;
    const attributes = { class: 'round back', type: 'button', 'aria-label': words.back, on: { click: onBack } };
    this.root.append(element('button', attributes, icon('back')), this.#avatar, this.#details);
  }

  render(room: Room): void {
    const { account, words, language } = this.#options;
    const name = nameOf(room, account);
    const [other] = room.others(account);
    const presence = this.#presenceOf(room);
    const { order } = room;
    const trip =
      order &&
      `${order.departure.name} → ${order.arrival.name} · ${dateText(order.departureAt, language)} · ${words.passengers(order.passengers)}`;
    const key = JSON.stringify([name, presence, trip]);
    if (this.root.dataset['key'] === key) return;
    this.root.dataset['key'] = key;
    this.#avatar.replaceChildren(avatar(name, presence.isOnline));
    this.#details.replaceChildren(
      element('h2', {}, name, other ? element('span', { class: 'role' }, words.roles[other.role]) : undefined),
      element('p', { class: presence.isOnline ? 'presence online' : 'presence' }, presence.text),
    );
    if (trip !== undefined) this.#details.append(element('p', { class: 'trip', title: trip }, trip));
  }

  #presenceOf(room: Room): { isOnline: boolean; text: string } {
    const { account, words, language } = this.#options;
    const others = room.others(account);
    const [other] = others;
    if (others.some(({ online }) => online)) return { isOnline: true, text: words.online };
    if (others.some(({ online }) => online === null)) return { isOnline: false, text: words.presenceUnknown };
    const seenAt = other?.lastSeenAt;
    return { isOnline: false, text: seenAt ? words.lastSeen(shortText(seenAt, language, words)) : words.offline };
  }
}
