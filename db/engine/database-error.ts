/**
 * Whatever the database, the driver or the way to them had to say, with the driver's code: `ER_DUP_ENTRY`, `ECONNREFUSED`,
 * `POOL_TIMEOUT`, ... Made where statements run (connect.ts), so that the same code of a file or of a payment provider is never
 * taken for the database's.
 */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.code = codeOf(cause);
  }
}

/** What MariaDB answers has a code; a connection that workerd could not make has none, so it gets Node's. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'UNKNOWN';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'sqlState' in cause || 'fatal' in cause ? 'ECONNREFUSED' : 'UNKNOWN';
}

/** The database's error behind an error, however deep Drizzle wrapped it. */
function databaseErrorIn(error: unknown): DatabaseError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof DatabaseError) return each;
  return undefined;
}

/** The driver's code of an error of the database, or undefined where it is another's. */
export const databaseErrorCode = (error: unknown): string | undefined => databaseErrorIn(error)?.code;

/** The name of the unique index that an insert ran into, or undefined where the error is another one. */
export function duplicateIndex(error: unknown): string | undefined {
  const found = databaseErrorIn(error);
  if (found?.code !== 'ER_DUP_ENTRY') return undefined;
  return /for key '(?:\w+\.)?([^']+)'/u.exec(found.message)?.[1] ?? '';
}

/**
 * Whether a statement took longer than it may. The driver gave up waiting, but the answer is still due, or never comes:
 * nobody may use the connection any more.
 */
export const isTimeout = (error: unknown): boolean => databaseErrorCode(error) === 'PROTOCOL_SEQUENCE_TIMEOUT';

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
  'POOL_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
]);

/** Whether an error is the database's state rather than a defect of ours. */
export const isOutage = (error: unknown): boolean => outages.has(databaseErrorCode(error) ?? '');
