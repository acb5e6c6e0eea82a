import { createApp } from '../../../functions/app.ts';
import { jobs } from '../../../functions/jobs/jobs.ts';
import { openPorts } from '../open-ports.ts';
import { createProductServer } from '../product-server.ts';
import { runJobs } from '../run-jobs.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { startProcess } from '../start-process.ts';

/** What the HTTP process is made of (../http.ts starts it). */
await startProcess('http', async (config, log) => {
  const { ports, reload, close } = await openPorts(config, log);
  const product = createProductServer({ fetch: createApp().fetch, ports, config, log });
  const stopWork = runJobs(ports, log, jobs);
  await runUntilSignal({ ...product, environment: process.env, config, log, ports, stopWork, reload, close });
});
