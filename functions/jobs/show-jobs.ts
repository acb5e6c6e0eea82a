import { z } from '@hono/zod-openapi';
import { listJobs } from '../../db/jobs.ts';
import { jobOutcomes } from '../../schema/jobs.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Ports } from '../ports.ts';

const jobSchema = z
  .object({
    name: z.string(),
    dueAt: z.string().openapi({ description: 'When the next run is due.' }),
    startedAt: z.string().nullable().openapi({ description: 'When the last run began.' }),
    endedAt: z.string().nullable(),
    outcome: z.enum(jobOutcomes).nullable().openapi({ description: 'Of the last run that ended.' }),
    note: z.string().nullable().openapi({ description: 'What it did, or the kind of error it met.' }),
    runs: z.int(),
    running: z.boolean().openapi({ description: 'A process holds the lease now.' }),
  })
  .openapi('Job');

type ShownJob = z.infer<typeof jobSchema>;

/** The jobs of the product and their last runs: whether they run at all, how late, and what they did. */
export async function showJobs({ db, clock }: Pick<Ports, 'db' | 'clock'>): Promise<{ items: ShownJob[] }> {
  const now = clock.now();
  const items = (await listJobs(db)).map(({ lockedUntil, ...job }) =>
    Object.assign(job, { running: Date.parse(lockedUntil) > now }),
  );
  return { items };
}

export const showJobsEndpoint = endpoint({
  name: 'showJobs',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/jobs',
  tags: ['admin'],
  summary: 'The jobs and their last runs',
  answers: { 200: { description: 'All of them', body: z.object({ items: z.array(jobSchema) }) } },
  handle: ({ ports }) => showJobs(ports),
});
