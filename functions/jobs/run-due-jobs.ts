import { ensureJobs, finishJob, leaseJob, listDueJobs, renewLease } from '../../db/jobs.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import type { Job } from './job.ts';

/** How long a lease lasts without being renewed, in milliseconds: how long a job waits after its process has died. */
export const leaseMs = 60_000;

/** Which of these jobs are due now. */
export async function findDueJobs({ db, clock }: Pick<Ports, 'db' | 'clock'>, jobs: readonly Job[]): Promise<Job[]> {
  const due = new Set(await listDueJobs(db, toInstant(clock.now())));
  return jobs.filter(({ name }) => due.has(name));
}

/** Runs what is due, one job after another. */
export async function runDueJobs(ports: Ports, jobs: readonly Job[]): Promise<void> {
  for (const job of await findDueJobs(ports, jobs)) await runJob(ports, job);
}

/** Makes the rows of jobs that are new in this version. Before the first `runDueJobs` of a process. */
export async function registerJobs({ db, clock }: Pick<Ports, 'db' | 'clock'>, jobs: readonly Job[]): Promise<void> {
  await ensureJobs(
    db,
    jobs.map(({ name }) => name),
    toInstant(clock.now()),
  );
}

/**
 * Runs a job under a lease: of several processes that try at once, one runs it. A lease is a row, not `get_lock()`, which holds
 * neither on a Galera cluster nor behind a pooler of connections. A run that fails is logged, and the job is due again as after
 * any other.
 */
export async function runJob(ports: Ports, job: Job): Promise<void> {
  const { db, clock, log } = ports;
  const startedAt = clock.now();
  const holder = ports.newId<string>();
  const isOurs = await leaseJob(db, job.name, holder, toInstant(startedAt), toInstant(startedAt + leaseMs));
  if (!isOurs) return;
  const lease = keepLease(ports, job, holder);
  let outcome: 'done' | 'failed' = 'done';
  let note: string;
  try {
    const counts = await job.run(ports, { kind: 'job', name: job.name });
    note = Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
    if (Object.values(counts).some((count) => count > 0)) log.info({ job: job.name, ...counts }, 'a job ran');
  } catch (error) {
    outcome = 'failed';
    note = error instanceof Error ? error.name : 'unknown';
    log.error({ err: error, job: job.name }, 'a job failed');
  } finally {
    lease.stop();
  }
  const endedAt = toInstant(clock.now());
  await finishJob(db, job.name, holder, { endedAt, outcome, note, dueAt: toInstant(startedAt + job.everyMs) });
}

/** Renews a lease three times as often as it would run out, for as long as the job runs. */
function keepLease({ db, clock, log }: Ports, { name }: Job, holder: string): { stop(): void } {
  const renew = async () => {
    const now = clock.now();
    try {
      const kept = await renewLease(db, name, holder, toInstant(now), toInstant(now + leaseMs));
      if (!kept) log.warn({ job: name }, 'the lease of a job was lost while it ran');
    } catch (error) {
      log.warn({ err: error, job: name }, 'the lease of a job could not be renewed');
    }
  };
  const timer = setInterval(() => void renew(), leaseMs / 3);
  return { stop: () => clearInterval(timer) };
}
