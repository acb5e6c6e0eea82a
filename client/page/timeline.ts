import { element, reconcile } from './dom.ts';
import type { FileLoader } from './message-files.ts';
import { messageElement, outgoingElement, systemElement } from './message-element.ts';
import type { MessageActions } from './message-element.ts';
import type { Room } from './room.ts';
import type { LoggedMessage } from './room-log.ts';
import { dayOf, dayText } from './time.ts';
import { isSaid } from './said.ts';
import { RovingFocus } from './roving-focus.ts';
import type { Language, Words } from './words.ts';

/** How long an own message may be changed: the server's rule, less a moment. */
const changeableMs = 14.5 * 60_000;
/** Messages of one person within this time of each other stand together. */
const runMs = 5 * 60_000;

interface TimelineOptions {
  account: string;
  language: Language;
  words: Words;
  actions: MessageActions;
  loader: FileLoader;
  /** The reader wants to go on before the oldest message. */
  onBeforeFirst: () => void;
}

/** The messages of the open room, as elements that stay while they do not change. */
export class Timeline {
  readonly list = element('ol', { class: 'timeline' });
  readonly #options: TimelineOptions;
  readonly #focus: RovingFocus;
  #elements = new Map<string, { key: string; node: HTMLLIElement }>();
  #room: Room | undefined;
  #unreadFrom: number | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#focus = new RovingFocus({
      list: this.list,
      items: () => [...this.list.querySelectorAll<HTMLLIElement>('.message')],
      start: (items) => items.at(-1),
      onBeforeFirst: options.onBeforeFirst,
    });
  }

  /** Shows another room; what is unread in it now keeps its line until it is left. */
  open(room: Room): void {
    this.#room = room;
    this.#elements = new Map();
    this.#unreadFrom = room.unread > 0 ? room.read + 1 : undefined;
    this.list.replaceChildren();
  }

  render(): void {
    const room = this.#room;
    if (!room) return;
    const nodes: HTMLLIElement[] = [];
    const kept = new Map<string, { key: string; node: HTMLLIElement }>();
    const show = (id: string, state: unknown, make: () => HTMLLIElement) => {
      const key = JSON.stringify(state);
      const known = this.#elements.get(id);
      const held = known?.key === key ? known : { key, node: make() };
      kept.set(id, held);
      nodes.push(held.node);
    };
    this.#renderLog(room, show);
    this.#elements = kept;
    this.#focus.update(() => reconcile(this.list, nodes));
  }

  #renderLog(room: Room, show: (id: string, state: unknown, make: () => HTMLLIElement) => void): void {
    const { account, words, language, actions, loader } = this.#options;
    const { messages } = room.log;
    const readByOthers = Math.max(0, ...room.others(account).map(({ read }) => read));
    if (room.isComplete) show('beginning', 0, () => element('li', { class: 'beginning' }, words.beginning));
    let isMarked = false;
    for (const [index, message] of messages.entries()) {
      const before = messages[index - 1];
      const after = messages[index + 1];
      const day = dayOf(message.at);
      if (!before || dayOf(before.at) !== day) {
        const text = dayText(message.at, language, words);
        show(`day ${day}`, text, () => element('li', { class: 'day' }, element('time', { datetime: day }, text)));
      }
      const mine = message.from === account && isSaid(message);
      const isUnread = this.#unreadFrom !== undefined && message.seq >= this.#unreadFrom;
      if (!isMarked && isUnread && isSaid(message) && !mine) {
        isMarked = true;
        show('unread', 0, () => element('li', { class: 'unread-line' }, element('span', {}, words.unreadFrom)));
      }
      if (message.kind === 'system') {
        show(`system ${message.seq}`, 0, () => systemElement(message, { words }));
        continue;
      }
      const context = {
        first: !before || !areTogether(before, message),
        last: after ? !areTogether(message, after) : true,
        mine,
        author: room.member(message.from)?.displayName ?? '',
        readByOthers: readByOthers >= message.seq,
        changeable: mine && Date.now() - Date.parse(message.at) < changeableMs,
      };
      show(`${message.from} ${message.id}`, [message, context], () =>
        messageElement(message, { ...context, words, language, actions, loader }),
      );
    }
    const before = messages.at(-1);
    for (const [index, outgoing] of room.unsentMessages(account).entries()) {
      const first = index === 0 && (before?.from !== account || !isSaid(before));
      show(`${account} ${outgoing.entry.id}`, outgoing, () =>
        outgoingElement(outgoing, { words, actions, first, account }),
      );
    }
  }
}

const areTogether = (one: LoggedMessage, next: LoggedMessage): boolean =>
  one.from === next.from &&
  isSaid(one) &&
  isSaid(next) &&
  Date.parse(next.at) - Date.parse(one.at) < runMs &&
  dayOf(one.at) === dayOf(next.at);
