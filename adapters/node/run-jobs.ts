import type { Logger } from 'pino';
import { jobs } from '../../functions/jobs/jobs.ts';
import { registerJobs, runDueJobs } from '../../functions/jobs/run-due-jobs.ts';
import type { Ports } from '../../functions/ports.ts';
import { repeat } from './repeat.ts';

/** How often it is looked whether a job is due, in milliseconds. */
const lookMs = 2_000;

/** Runs the jobs for as long as this process runs, together with whoever else does. Gives what ends it. */
export function runJobs(ports: Ports, log: Logger): () => Promise<void> {
  let registered = false;
  const look = async () => {
    if (!registered) await registerJobs(ports, jobs);
    registered = true;
    await runDueJobs(ports, jobs);
  };
  return repeat(look, lookMs, (error) =>
    log.warn({ err: error }, 'jobs could not be looked at; the next look comes soon'),
  );
}
