import { createApp } from '../../functions/app.ts';
import { jobs } from '../../functions/jobs/jobs.ts';
import { registerJobs, runDueJobs } from '../../functions/jobs/run-due-jobs.ts';
import { createEdgeChat } from './chat.ts';
import { isolateOf } from './isolate.ts';
import { openPorts } from './open-ports.ts';
import { serve } from './serve.ts';

export { Bridge } from './bridge.ts';
export { Counter } from './counter.ts';
export { Inbox } from './inbox.ts';
export { Room } from './room.ts';

const app = createApp();
let chat: ReturnType<typeof createEdgeChat> | undefined;

/** The Worker: the same applications as on Node (adapters/node/single.ts), on Cloudflare. */
export default {
  async fetch(request, env, context) {
    // A `Host` that is none makes an address that is none.
    const url = URL.parse(request.url);
    if (url === null) return new Response(null, { status: 400 });
    if (url.pathname !== '/ws') return serve(app, request, env, context);
    chat ??= createEdgeChat(env.INBOX);
    return serve(chat, request, env, context);
  },

  /** Every minute: runs the jobs that are due. */
  async scheduled(_controller, env) {
    const isolate = await isolateOf(env);
    const { ports, close } = openPorts(isolate);
    try {
      await registerJobs(ports, jobs);
      await runDueJobs(ports, jobs);
    } finally {
      await close();
    }
  },
} satisfies ExportedHandler<Env>;
