import { databaseErrorCode } from '../../../db/engine/database-error.ts';
import { Problem, problems } from '../../../functions/http/problems.ts';
import { errorValues } from '../../shared/error-values.ts';
import { reasonOf, StartFault } from '../start-fault.ts';

/** What went wrong, a line each; and, where it is a fault of the program, what helps to find it. */
export function explainFailure(error: unknown): { faults: readonly string[]; defect?: string } {
  if (error instanceof StartFault) return { faults: error.faults };
  if (error instanceof Problem) return { faults: [describeProblem(error)] };
  const code = databaseErrorCode(error);
  if (code !== undefined) return { faults: [`the database: ${describeDatabaseError(code)}`] };
  const reason = reasonOf(error);
  if (reason !== undefined) {
    const path = (error as NodeJS.ErrnoException).path;
    return { faults: [path === undefined ? reason : `${path}: ${reason}`] };
  }
  const { type, message, stack } = errorValues(error);
  return { faults: [`${type}: ${message}`], ...(stack !== undefined && { defect: stack }) };
}

const describeProblem = ({ code, extras }: Problem): string =>
  [problems[code][2], ...(extras.state === undefined ? [] : [`It is ${extras.state}.`])].join(' ');

const databaseReasons: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'no such host',
  ETIMEDOUT: 'it does not answer',
  ER_ACCESS_DENIED_ERROR: 'user or password are refused',
  ER_DBACCESS_DENIED_ERROR: 'this user has no rights on it',
  ER_TABLEACCESS_DENIED_ERROR: 'this user may not do that',
  ER_BAD_DB_ERROR: 'it is not there',
  ER_NO_SUCH_TABLE: 'a table is missing: kingbus migrate',
  HANDSHAKE_SSL_ERROR: 'TLS was refused',
};

/** What MariaDB or the way to it said, in words where it is known, always with its code. */
const describeDatabaseError = (code: string): string =>
  code in databaseReasons ? `${databaseReasons[code]} (${code})` : code;
