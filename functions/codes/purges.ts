import { deleteExpiredCodes } from '../../db/codes.ts';
import type { Purge } from '../maintenance/purge.ts';

export const codePurges: readonly Purge[] = [
  { name: 'codes', keepMs: 24 * 3600 * 1000, deleteSome: deleteExpiredCodes },
];
