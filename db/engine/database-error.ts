import { outageKindOf } from './outage-kinds.ts';
import type { OutageKind } from './outage-kinds.ts';

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

/** What the database has not said by itself, by the code that it would have: why it cannot do its work. */
export const databaseError = (code: string, message: string): DatabaseError =>
  new DatabaseError(Object.assign(new Error(message), { code }));

/** Of MariaDB alone: in mysql2's table, which is MySQL's, these numbers have no name, or another error's. */
const ownNames: Record<number, string> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
  4150: 'ER_USER_IS_BLOCKED',
  4151: 'ER_ACCOUNT_HAS_BEEN_LOCKED',
};

/** What MariaDB answers has a number; a connection that workerd could not make, or that is closed, has nothing, so it gets Node's code. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'UNKNOWN';
  const { errno, code, fatal } = cause as { errno?: unknown; code?: unknown; fatal?: unknown };
  if (typeof errno === 'number' && ownNames[errno] !== undefined) return ownNames[errno];
  if (typeof code === 'string') return code;
  if (typeof errno === 'number') return `ER_${errno}`;
  return fatal === undefined ? 'UNKNOWN' : 'ECONNREFUSED';
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

/** The kind of outage that an error is; undefined where it is no outage, but a defect of ours, or another's error. */
export function outageOf(error: unknown): OutageKind | undefined {
  const code = databaseErrorCode(error);
  return code === undefined ? undefined : outageKindOf(code);
}

/** Whether an error is the database's state rather than a defect of ours. */
export const isOutage = (error: unknown): boolean => outageOf(error) !== undefined;

/** Whether a node of a cluster refused a statement, of which it did nothing, because it is no part of the cluster now. */
export const isNotReady = (error: unknown): boolean => databaseErrorCode(error) === 'ER_UNKNOWN_COM_ERROR';
