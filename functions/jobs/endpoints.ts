import { showJobsEndpoint } from './show-jobs.ts';

export const jobEndpoints = [showJobsEndpoint] as const;
