import { deliverNotices, deliverOutbox } from '../changes/deliver-outbox.ts';
import { remindDocuments } from '../documents/remind-documents.ts';
import { collectOrphanFiles } from '../files/collect-orphans.ts';
import { purgeExpired } from '../maintenance/purge-expired.ts';
import { expireOrders } from '../quotes/expire-orders.ts';
import type { Job } from './job.ts';

const second = 1000;
const minute = 60 * second;

/** Every job, a line each. Node and the edge run them alike (run-due-jobs.ts). */
export const jobs: readonly Job[] = [
  { name: 'deliver-outbox', everyMs: 5 * second, run: deliverOutbox },
  { name: 'expire-orders', everyMs: minute, run: expireOrders },
  { name: 'collect-orphan-files', everyMs: 10 * minute, run: collectOrphanFiles },
  { name: 'remind-documents', everyMs: 60 * minute, run: remindDocuments },
  { name: 'purge', everyMs: 60 * minute, run: purgeExpired },
  // Last: where jobs run one after another it holds up none of them.
  { name: 'deliver-notices', everyMs: 20 * second, run: deliverNotices },
];
