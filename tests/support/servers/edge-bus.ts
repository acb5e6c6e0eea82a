import { accountTopic, encodeAccountHint } from '../../../functions/events/topics.ts';
import type { Bus } from '../../../functions/ports.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { chatUrlOf, openSocket } from '../clients/chat-client.ts';
import type { EdgePorts } from './edge-ports.ts';
import { newCustomer } from '../people/people.ts';
import type { Person } from '../people/people.ts';

/**
 * The bus of the edge, from a request to the sockets of an account. What is published in one turn is published by one
 * request; who subscribes has a connection, by which hints come as events that carry the payload.
 */
export class EdgeBus implements Bus {
  readonly #edge: EdgePorts;
  readonly #people = new Map<string, Person>();
  #envelopes: [string, string][] = [];
  #publishing: Promise<boolean[]> | undefined;

  constructor(edge: EdgePorts) {
    this.#edge = edge;
  }

  /** The topic of somebody new. */
  async newTopic(): Promise<string> {
    const person = await newCustomer();
    const topic = accountTopic(person.id as AccountId);
    this.#people.set(topic, person);
    return topic;
  }

  async publish(topic: string, payload: string): Promise<boolean> {
    const frame = { type: 'event', event: 'quote_submitted', id: '', at: '', order: payload, quote: '' } as const;
    const index = this.#envelopes.push([topic, encodeAccountHint({ kind: 'event', frame })]) - 1;
    const taken = await (this.#publishing ??= this.#publishAll());
    return taken[index] ?? false;
  }

  async #publishAll(): Promise<boolean[]> {
    await Promise.resolve();
    this.#publishing = undefined;
    return this.#edge.ports.publish(this.#envelopes.splice(0));
  }

  async subscribe(topic: string, receive: (payload: string) => void) {
    const token = this.#people.get(topic)?.token;
    const chat = await openSocket(chatUrlOf(this.#edge.worker.origin), ['kingbus.v1', `bearer.${token}`]);
    await chat.next('ready');
    chat.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string; order: string };
      if (frame.type === 'event') receive(frame.order);
    });
    return { unsubscribe: () => chat.close() };
  }

  onGap(): void {}

  healthy(): boolean {
    return true;
  }
}
