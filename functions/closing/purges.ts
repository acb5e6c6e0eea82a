import { deleteKeptAccounts } from '../../db/closed-accounts.ts';
import type { Purge } from '../maintenance/purge.ts';

export const closingPurges: readonly Purge[] = [
  // Each row says itself until when it is kept.
  { name: 'closedAccounts', keepMs: 0, deleteSome: deleteKeptAccounts },
];
