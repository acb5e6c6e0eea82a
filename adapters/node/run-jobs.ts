import type { Logger } from 'pino';
import type { Job } from '../../functions/jobs/job.ts';
import { findDueJobs, registerJobs, runJob } from '../../functions/jobs/run-due-jobs.ts';
import type { Ports } from '../../functions/ports.ts';
import { repeat } from './repeat.ts';

/** How often it is looked whether a job is due, in milliseconds. */
const lookMs = 2_000;

/**
 * Runs the jobs for as long as this process runs, together with whoever else does, each as it is due: a slow one holds up none of
 * the others. Gives what ends it, which waits for those under way.
 */
export function runJobs(ports: Ports, log: Logger, jobs: readonly Job[]): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  let registered = false;
  const run = (job: Job) =>
    runJob(ports, job)
      .catch((error: unknown) => log.warn({ err: error, job: job.name }, 'a job could not be run'))
      .finally(() => running.delete(job.name));
  const look = async () => {
    if (!registered) await registerJobs(ports, jobs);
    registered = true;
    for (const job of await findDueJobs(ports, jobs)) {
      if (!running.has(job.name)) running.set(job.name, run(job));
    }
  };
  const stopLooking = repeat(look, lookMs, (error) =>
    log.warn({ err: error }, 'jobs could not be looked at; the next look comes soon'),
  );
  return async () => {
    await stopLooking();
    await Promise.all(running.values());
  };
}
