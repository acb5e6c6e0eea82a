import { deleteDevNotices } from '../../db/dev-notices.ts';
import type { Purge } from '../maintenance/purge.ts';

export const noticePurges: readonly Purge[] = [
  // What a developer did not read on that day is in nobody's way any longer.
  { name: 'devNotices', keepMs: 24 * 3600 * 1000, deleteSome: deleteDevNotices },
];
