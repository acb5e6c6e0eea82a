import { createApp } from '../../functions/app.ts';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import { createEdgeChat } from './chat.ts';
import { clientAddress } from './client-address.ts';
import { isolateOf } from './isolate.ts';
import type { Isolate } from './isolate.ts';
import { createLog } from './log.ts';
import { openPorts } from './open-ports.ts';
import { unavailable } from './unavailable.ts';

export { Bridge } from './bridge.ts';
export { Counter } from './counter.ts';
export { Inbox } from './inbox.ts';
export { Room } from './room.ts';

const app = createApp();
let chat: ReturnType<typeof createEdgeChat> | undefined;

/** The Worker: the same applications as on Node (adapters/node/single.ts), on Cloudflare. */
export default {
  /** Whatever a request opened is given back when its answer is there, also when the handler threw or the client went away. */
  async fetch(request, env, context) {
    let isolate: Isolate;
    try {
      isolate = await isolateOf(env);
    } catch (error) {
      createLog('error').error({ err: error }, 'the Worker cannot start');
      return unavailable(request);
    }
    const { ports, close } = openPorts(isolate);
    const address = clientAddress(request, isolate.settings.environment);
    const isChat = new URL(request.url).pathname === '/ws';
    if (isChat) chat ??= createEdgeChat(env.INBOX);
    const answered = Promise.resolve((isChat && chat ? chat : app).fetch(request, { ports, address }, context));
    context.waitUntil(answered.then(close, close));
    return answered;
  },

  /** Hourly: deletes what has expired. */
  async scheduled(_controller, env) {
    const isolate = await isolateOf(env);
    const { ports, close } = openPorts(isolate);
    try {
      ports.log.info(await purgeExpired(ports), 'purged what has expired');
    } finally {
      await close();
    }
  },
} satisfies ExportedHandler<Env>;
