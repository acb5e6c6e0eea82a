import { createApp } from '../../../functions/app.ts';
import { jobs } from '../../../functions/jobs/jobs.ts';
import { createChatServer } from '../chat-server.ts';
import { openPorts } from '../open-ports.ts';
import { createProductServer } from '../product-server.ts';
import { runJobs } from '../run-jobs.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { startProcess } from '../start-process.ts';

/** HTTP and chat in one process (../single.ts starts it). */
await startProcess('single', async (config, log) => {
  const { ports, reload, close } = await openPorts(config, log);
  const http = createApp();
  const { app: chat, webSocketServer, drain } = createChatServer(ports, config);
  const product = createProductServer({
    fetch: (request, bindings) => (new URL(request.url).pathname === '/ws' ? chat : http).fetch(request, bindings),
    ports,
    config,
    log,
    webSocketServer,
  });
  const stopWork = runJobs(ports, log, jobs);
  await runUntilSignal({ ...product, environment: process.env, config, log, ports, drain, stopWork, reload, close });
});
