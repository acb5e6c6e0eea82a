/** The driver's code behind an error, however deep Drizzle wrapped it: `ER_DUP_ENTRY`, `ER_LOCK_DEADLOCK`, ... */
export function driverErrorCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return undefined;
}

/** The name of the unique index that an insert ran into, or undefined where the error is another one. */
export function duplicateIndex(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && each.code === 'ER_DUP_ENTRY')
      return /for key '(?:\w+\.)?([^']+)'/u.exec(each.message)?.[1] ?? '';
  }
  return undefined;
}

/**
 * Whether a statement took longer than it may. The driver gave up waiting, but the answer is still due, or never comes:
 * nobody may use the connection any more.
 */
export const isOverdue = (error: unknown): boolean => driverErrorCode(error) === 'PROTOCOL_SEQUENCE_TIMEOUT';
