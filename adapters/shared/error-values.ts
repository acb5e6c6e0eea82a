import { DatabaseError, outageOf } from '../../db/engine/database-error.ts';
import type { OutageKind } from '../../db/engine/outage-kinds.ts';

/** What a log may say of an error, its causes included. */
export interface ErrorValues {
  type: string;
  message: string;
  code?: string;
  /** Where it is no defect but the state of the database: which kind of outage. */
  outage?: OutageKind;
  stack?: string;
  cause?: ErrorValues;
}

/**
 * An error as plain values for a log. Drizzle writes a failed statement's values into its message, so of such an error
 * only the statement's text is kept, and the driver's error below it; MariaDB quotes values, so what it quotes is left out.
 */
export function errorValues(error: unknown, depth = 4): ErrorValues {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const statement = 'query' in error && typeof error.query === 'string' ? error.query : undefined;
  const isOfDatabase = error instanceof DatabaseError || 'sqlState' in error;
  const quoting = isOfDatabase ? error.message.replace(/'.*'/su, "'…'") : error.message;
  const message = statement === undefined ? quoting : `Failed query: ${statement}`;
  const outage = error instanceof DatabaseError ? outageOf(error) : undefined;
  const frames = error.stack?.slice(error.stack.indexOf('\n    at ') + 1);
  return {
    type: error.name,
    message,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(outage !== undefined && { outage }),
    ...(frames?.startsWith('    at ') && { stack: `${error.name}: ${message}\n${frames}` }),
    ...(error.cause !== undefined && depth > 0 && { cause: errorValues(error.cause, depth - 1) }),
  };
}
