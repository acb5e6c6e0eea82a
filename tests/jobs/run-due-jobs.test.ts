import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { leaseJob } from '../../db/jobs.ts';
import type { Job } from '../../functions/jobs/job.ts';
import { jobs as allJobs } from '../../functions/jobs/jobs.ts';
import { leaseMs, registerJobs, runDueJobs } from '../../functions/jobs/run-due-jobs.ts';
import type { Ports } from '../../functions/ports.ts';
import { jobs } from '../../schema/jobs.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer } from '../support/people/people.ts';
import { refusal } from '../support/clients/client.ts';
import { testPorts } from '../support/ports.ts';

const minute = 60_000;
const rowOf = async ({ name }: Job) => (await database().select().from(jobs).where(eq(jobs.name, name)))[0];
const at = (ms: number) => new Date(ms).toISOString();

describe('a job', () => {
  const made: string[] = [];
  afterEach(async () => {
    for (const name of made.splice(0)) await database().delete(jobs).where(eq(jobs.name, name));
  });

  /** A job of its own, which counts its runs and does what the test wants. */
  function newJob(run: (ports: Ports) => Promise<void> = async () => {}): Job & { runs: number } {
    const name = `test-${crypto.randomUUID().slice(0, 8)}`;
    made.push(name);
    return {
      name,
      everyMs: minute,
      runs: 0,
      async run(ports) {
        this.runs++;
        await run(ports);
        return { done: this.runs };
      },
    };
  }

  it('runs once, although several processes try at the same time', async () => {
    const { ports } = await testPorts();
    const job = newJob();
    await Promise.all(Array.from({ length: 5 }, () => registerJobs(ports, [job])));
    await Promise.all(Array.from({ length: 8 }, () => runDueJobs(ports, [job])));
    expect(job.runs).toBe(1);
    expect(await rowOf(job)).toMatchObject({ runs: 1, outcome: 'done', note: 'done 1', lockedBy: null });
  });

  it('is due again after its time, and once however late it is', async () => {
    const { ports, clock } = await testPorts();
    const job = newJob();
    await registerJobs(ports, [job]);
    await runDueJobs(ports, [job]);
    clock.advance(minute - 1);
    await runDueJobs(ports, [job]);
    expect(job.runs).toBe(1);
    clock.advance(1);
    await runDueJobs(ports, [job]);
    expect(job.runs).toBe(2);
    clock.advance(5 * 60 * minute);
    await runDueJobs(ports, [job]);
    await runDueJobs(ports, [job]);
    expect(job.runs).toBe(3);
  });

  it('goes on after the process that held its lease has died', async () => {
    const { ports, clock } = await testPorts();
    const job = newJob();
    await registerJobs(ports, [job]);
    const now = clock.now();
    expect(await leaseJob(ports.db, job.name, 'a process that dies', at(now), at(now + leaseMs))).toBe(true);
    await runDueJobs(ports, [job]);
    expect(job.runs).toBe(0);
    clock.advance(leaseMs);
    await runDueJobs(ports, [job]);
    expect(job.runs).toBe(1);
  });

  it('that fails is due again as any other, says so, and holds up none of the others', async () => {
    const { ports, clock } = await testPorts();
    const failing = newJob(async () => {
      throw new TypeError('on purpose, with a secret in its text');
    });
    const other = newJob();
    await registerJobs(ports, [failing, other]);
    await runDueJobs(ports, [failing, other]);
    expect(other.runs).toBe(1);
    expect(await rowOf(failing)).toMatchObject({ outcome: 'failed', note: 'TypeError', lockedBy: null, runs: 1 });
    clock.advance(minute);
    await runDueJobs(ports, [failing]);
    expect(failing.runs).toBe(2);
  });

  it('that outlived its lease takes nothing from whoever took it over', async () => {
    const { ports, clock } = await testPorts();
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const slow = newJob(() => finished);
    await registerJobs(ports, [slow]);
    const first = runDueJobs(ports, [slow]);
    await expect.poll(() => slow.runs).toBe(1);
    clock.advance(leaseMs + 1);
    const now = clock.now();
    expect(await leaseJob(ports.db, slow.name, 'another', at(now), at(now + leaseMs))).toBe(true);
    finish();
    await first;
    expect(await rowOf(slow)).toMatchObject({ lockedBy: 'another', runs: 0 });
  });

  it('with its last run is shown to admins', async () => {
    // A process makes their rows once it listens: here before it is asked, whoever comes first.
    await registerJobs((await testPorts()).ports, allJobs);
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const { status, body } = await admin.get<{ items: { name: string }[] }>('/v1/admin/jobs');
    expect(status).toBe(200);
    const names = body.items.map(({ name }) => name);
    for (const { name } of allJobs) expect(names).toContain(name);
    expect(await customer.get('/v1/admin/jobs')).toMatchObject(refusal(403, 'forbidden'));
  });
});
