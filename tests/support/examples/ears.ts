import { inject, vi } from 'vitest';
import type { ServerFrame } from '../../../functions/chat/frames.ts';
import { connectChat } from '../clients/chat-client.ts';
import type { ChatClient } from '../clients/chat-client.ts';
import { placed, quoted, selected } from '../people/deals.ts';
import type { Page } from '../../../functions/http/paging.ts';
import type { Room } from '../../../functions/rooms/room-schema.ts';
import type { Person } from '../people/people.ts';
import type { People } from './people.ts';

/** Frames by which people are told that something happened. */
const tellings: ReadonlySet<ServerFrame['type']> = new Set(['event', 'joined', 'message', 'read', 'typing']);

/** The open chats of the customer and the driver, on different processes. In a home without a chat they hear nothing. */
export class Ears {
  readonly #people: Pick<People, 'customer' | 'driver'>;
  readonly #chats: ChatClient[];
  /** What our own deals are known by: of them it is no news. */
  readonly #own: string[] = [];
  readonly #heard = new Map<ChatClient, number>();
  readonly #openedAt = new Date().toISOString();

  static async open(people: People): Promise<Ears> {
    const listeners = inject('chatOrigins').length === 0 ? [] : [people.customer, people.driver];
    return new Ears(people, await Promise.all(listeners.map((person, index) => connectChat(person, index))));
  }

  private constructor(people: People, chats: ChatClient[]) {
    this.#people = people;
    this.#chats = chats;
  }

  /** What both have been told since they were last asked. A deal of theirs goes last: what was told before it has come. */
  async news(): Promise<ServerFrame[]> {
    if (this.#chats.length === 0) return [];
    const { customer, driver } = this.#people;
    const order = await placed(customer);
    const { room } = await selected(customer, await quoted(driver, order));
    this.#own.push(order.id, room.id);
    await Promise.all([customer, driver].map((person, index) => this.#catchUp(person, this.#chats[index])));
    return (await Promise.all(this.#chats.map((chat) => this.#newsOn(chat, order.id)))).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#chats.map((chat) => chat.close()));
  }

  /** Waits for what is told by itself, in its own time, of the rooms that were made last: who belongs to them, and what was said. */
  async #catchUp(person: Person, chat: ChatClient | undefined): Promise<void> {
    const { body } = await person.get<Page<Room>>('/v1/rooms?limit=5');
    const late = body.items.filter(({ createdAt }) => createdAt > this.#openedAt);
    await vi.waitFor(
      () => {
        for (const { id, head } of late) {
          const heard = chat?.frames.filter((frame) => 'room' in frame && frame.room === id) ?? [];
          if (heard.some((frame) => frame.type === 'message' && frame.seq >= head)) continue;
          if (head > 0 || !heard.some(({ type }) => type === 'joined')) throw new Error(`not heard yet: ${id} ${head}`);
        }
      },
      { timeout: 10_000, interval: 5 },
    );
  }

  async #newsOn(chat: ChatClient, lastOrder: string): Promise<ServerFrame[]> {
    for (;;) {
      const frame = await chat.next('event');
      if (frame.event === 'quote_selected' && frame.order === lastOrder) break;
    }
    const from = this.#heard.get(chat) ?? 0;
    this.#heard.set(chat, chat.frames.length);
    const isOwn = (frame: ServerFrame) => this.#own.some((id) => JSON.stringify(frame).includes(id));
    return chat.frames.slice(from).filter((frame) => tellings.has(frame.type) && !isOwn(frame));
  }
}
