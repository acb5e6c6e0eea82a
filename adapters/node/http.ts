import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from '../../functions/app.ts';
import { readConfig } from './config.ts';
import { clientAddress } from './client-address.ts';
import { createLog } from './log.ts';
import { openPorts } from './open-ports.ts';
import { runUntilSignal } from './run-until-signal.ts';

/** The HTTP process: `node adapters/node/http.ts`, configured by its environment (.env.example). */
const config = readConfig(process.env);
const log = createLog(config, 'http');
const { ports, close } = await openPorts(config, log);
const app = createApp();

const listener = getRequestListener(
  (request, env) =>
    app.fetch(request, {
      ports,
      address: 'incoming' in env ? clientAddress(env.incoming as never, config.trustedProxies) : '',
    }),
  { overrideGlobalObjects: false },
);
const server = createServer(
  { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
  (request, response) => {
    void listener(request, response);
  },
);
await runUntilSignal(server, config.listen, log, close);
