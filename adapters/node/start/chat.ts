import { createChatServer } from '../chat-server.ts';
import { openPorts } from '../open-ports.ts';
import { createProductServer } from '../product-server.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { startProcess } from '../start-process.ts';

/** What a chat process is made of (../chat.ts starts it). */
await startProcess('chat', async (config, log) => {
  const { ports, reload, close } = await openPorts(config, log);
  const { app, webSocketServer, drain } = createChatServer(ports, config);
  const product = createProductServer({ fetch: app.fetch, ports, config, log, webSocketServer });
  await runUntilSignal({ ...product, environment: process.env, config, log, ports, drain, reload, close });
});
