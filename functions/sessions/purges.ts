import { deleteEndedSessions, deleteExpiredTokens, deleteTokensOfEndedSessions } from '../../db/ended-sessions.ts';
import type { Purge } from '../maintenance/purge.ts';

/** How long the traces of a session stay: a used token that comes back is recognised for so long. */
const keepMs = 30 * 24 * 3600 * 1000;

/** Tokens before their session: one of a month has thousands, and each would be deleted with it in the same statement. */
export const sessionPurges: readonly Purge[] = [
  { name: 'refreshTokens', keepMs, deleteSome: deleteTokensOfEndedSessions },
  { name: 'sessions', keepMs, deleteSome: deleteEndedSessions },
  { name: 'refreshTokens', keepMs, deleteSome: deleteExpiredTokens },
];
