import type { ExecutionContext } from 'hono';
export { Bridge } from './bridge.ts';
export { Counter } from './counter.ts';
export { Inbox } from './inbox.ts';
export { Room } from './room.ts';
import { createApp } from '../../functions/app.ts';
import { clientAddress } from './client-address.ts';
import { createLog } from './log.ts';
import { openIsolate, openPorts } from './open-ports.ts';
import type { Isolate } from './open-ports.ts';
import { unavailable } from './unavailable.ts';

const app = createApp();
let isolate: Isolate | undefined;

/**
 * The Worker: the same application as on Node (adapters/node/http.ts), on Cloudflare. Whatever a request opened is given
 * back when its answer is there, also when the handler threw or the client went away; so a body that is streamed must
 * not read the database.
 */
export default {
  async fetch(request: Request, env: object, context: ExecutionContext): Promise<Response> {
    try {
      // Of two first requests at once one isolate stays; a promise kept for both would end with the first one's request.
      isolate ??= await openIsolate(env);
    } catch (error) {
      createLog('error').error({ err: error }, 'the Worker cannot start');
      return unavailable(request);
    }
    const { ports, close } = openPorts(isolate);
    const address = clientAddress(request, isolate.settings.environment);
    const answered = Promise.resolve(app.fetch(request, { ports, address }, context));
    context.waitUntil(answered.then(close, close));
    return answered;
  },
};
