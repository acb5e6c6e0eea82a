import { createDelivery } from '../../functions/changes/delivery.ts';
import type { Ports } from '../../functions/ports.ts';
import { createEdgeBus } from './bus.ts';
import { createNotifier } from '../shared/notifier.ts';
import { connectForRequest } from './database.ts';
import type { Isolate } from './isolate.ts';
import { createRoomLog } from './message-log.ts';
import { createNodeRelay } from './node-relay.ts';
import { createInboxPresence } from './presence.ts';

/** The ports of one request. The database connects at its first statement. */
export function openPorts(isolate: Isolate): {
  ports: Ports;
  /**
   * Call it when the answer is there, or will never be: sends what was published on its way and gives the connection back.
   * A body that is still being made may ask the database; it holds a connection for no longer than each statement.
   */
  close: () => Promise<void>;
} {
  const { env, databaseUrl } = isolate;
  const { log, settings } = isolate.ports;
  const db = connectForRequest(databaseUrl);
  const relay = createNodeRelay(isolate);
  const { bus, flush } = createEdgeBus({ inboxes: env.INBOX, db, log, relay });
  const messages = createRoomLog({ rooms: env.ROOM, db, log });
  const notifier = createNotifier({ ...isolate.ports, db }, isolate.channels);
  const delivery = createDelivery({ db, bus, messages, notifier, settings, log });
  return {
    ports: {
      ...isolate.ports,
      db,
      bus,
      messages,
      notifier,
      delivery,
      presence: {
        of: (relay ?? createInboxPresence(env.INBOX, log)).of,
        keep: nobodyIsHere,
        leave: nobodyIsHere,
      },
    },
    async close() {
      await delivery.settled();
      await flush();
      await db.$client
        .closeWhenIdle()
        .catch((error: unknown) => log.warn({ err: error }, 'a connection did not end well'));
    },
  };
}

/** A request holds no socket, so it has nobody's presence to tell. */
const nobodyIsHere = () => Promise.reject(new Error('only an inbox holds sockets'));
