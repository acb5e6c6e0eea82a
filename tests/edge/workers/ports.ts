import { WorkerEntrypoint } from 'cloudflare:workers';
import { isolateOf } from '../../../adapters/edge/isolate.ts';
import { openPorts } from '../../../adapters/edge/open-ports.ts';
import worker from '../../../adapters/edge/worker.ts';
import type { NewMessage } from '../../../db/append-messages.ts';
import { Problem } from '../../../functions/http/problems.ts';
import type { Limit, Ports } from '../../../functions/ports.ts';
import type { AccountId, RoomId } from '../../../schema/ids.ts';
import type { PortMethods } from './methods.ts';

export { Bridge, Counter, Inbox, Room } from '../../../adapters/edge/worker.ts';

/** The Worker, and the ports of a request, to be called from a test. */
export default class PortsOfARequest extends WorkerEntrypoint<Env> implements PortMethods {
  override fetch(request: Parameters<typeof worker.fetch>[0]): Promise<Response> {
    return worker.fetch(request, this.env, this.ctx);
  }

  take(key: string, limit: Limit) {
    return this.#with(({ limiter }) => limiter.take(key, limit));
  }

  giveBack(key: string, limit: Limit, attempts: 'one' | 'all') {
    return this.#with(({ limiter }) => limiter.giveBack(key, limit, attempts));
  }

  presenceOf(accountIds: AccountId[]) {
    return this.#with(({ presence }) => presence.of(accountIds));
  }

  append(roomId: RoomId, sent: NewMessage[]) {
    const codeOf = (error: unknown) => {
      if (error instanceof Problem) return { problem: error.code };
      throw error;
    };
    return this.#with(({ messages }) =>
      Promise.all(sent.map((message) => messages.append(roomId, message).catch(codeOf))),
    );
  }

  publish(envelopes: [topic: string, payload: string][]) {
    return this.#with(({ bus }) => Promise.all(envelopes.map(([topic, payload]) => bus.publish(topic, payload))));
  }

  async #with<Value>(use: (ports: Ports) => Promise<Value>): Promise<Value> {
    const { ports, close } = openPorts(await isolateOf(this.env));
    try {
      return await use(ports);
    } finally {
      await close();
    }
  }
}
