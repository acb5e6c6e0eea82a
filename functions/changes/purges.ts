import { deleteIdempotencyKeys } from '../../db/idempotency.ts';
import type { Purge } from '../maintenance/purge.ts';

const hour = 3600 * 1000;

export const changePurges: readonly Purge[] = [
  // Twice as long as the API promises that a key answers for what it made.
  { name: 'idempotencyKeys', keepMs: 48 * hour, deleteSome: deleteIdempotencyKeys },
];
