import { createApp } from '../../functions/app.ts';
import { jobs } from '../../functions/jobs/jobs.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { openPorts } from './open-ports.ts';
import { createProductServer } from './product-server.ts';
import { runJobs } from './run-jobs.ts';
import { runUntilSignal } from './run-until-signal.ts';

/** The HTTP process: `node adapters/node/http.ts`, configured by its environment (.env.example). */
const config = readConfig(process.env);
const log = await createLog(config, 'http');
const { ports, close } = await openPorts(config, log);
const product = createProductServer({ fetch: createApp().fetch, ports, config, log });
const stopWork = runJobs(ports, log, jobs);
await runUntilSignal({
  ...product,
  environment: process.env,
  config,
  log,
  ports,
  stopWork,
  close,
});
