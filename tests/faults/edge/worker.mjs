// The Worker as it is deployed, and beside it a door to end one of its objects alone, as the platform may at any time.
import worker, { Inbox as WholeInbox, Room as WholeRoom } from '../../../adapters/edge/worker.ts';

export { Bridge, Counter } from '../../../adapters/edge/worker.ts';

export class Inbox extends WholeInbox {
  end() {
    this.ctx.abort('ended');
  }
}

export class Room extends WholeRoom {
  end() {
    this.ctx.abort('ended');
  }
}

/** `POST /faults/rooms/<id>`, `POST /faults/inboxes/<account>`; `POST /faults/bugs/<name>` switches one on that was put in. */
const door = /^\/faults\/(?<kind>rooms|inboxes|bugs)\/(?<name>[\w-]+)$/u;

// oxlint-disable-next-line import/no-default-export -- It is what a Worker is.
export default {
  ...worker,
  async fetch(request, env, context) {
    const { kind, name } = door.exec(new URL(request.url).pathname)?.groups ?? {};
    if (kind === undefined) return worker.fetch(request, env, context);
    if (kind === 'bugs') {
      globalThis.faultsBug = name;
      return new Response();
    }
    const object = (kind === 'rooms' ? env.ROOM : env.INBOX).getByName(name);
    // Whoever asks an object to end gets no answer from it.
    await object.end().catch(() => {});
    return new Response();
  },
};
