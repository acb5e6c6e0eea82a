import { driverErrorCode } from './driver-errors.ts';

/** The database is away, full, or busy: what was asked was fine, and may be asked again. */
const outages = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'POOL_CLOSED',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
]);

/** Whether an error is the database's state rather than a defect of ours. */
export const isOutage = (error: unknown): boolean => outages.has(driverErrorCode(error) ?? '');
