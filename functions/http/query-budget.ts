import type { Context, MiddlewareHandler } from 'hono';
import { QueryLog } from '../../db/engine/query-log.ts';
import { tracedPorts } from '../tracing/traced-ports.ts';
import type { Env } from './env.ts';

/** A key is looked up, and once a minute it is written down that it is used. */
const ofKeys = 2;

/**
 * Gives the request a database that logs its statements and knows the route's budget. `enforce` refuses the statement
 * that goes over it; `warn` logs it; `off` leaves the database as it is. Outside production the answer says what was
 * spent (`Server-Timing`), and development prints each statement.
 */
export function queryBudget(ofRoute: number): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { ports } = c.env;
    const mode = ports.settings.queryBudget;
    const trace = c.get('trace');
    if (mode === 'off' && trace === undefined) {
      c.set('ports', ports);
      return next();
    }
    const budget = ofRoute + (/^bearer +kingbus_/iu.test(c.req.header('Authorization') ?? '') ? ofKeys : 0);
    const log = new QueryLog(mode === 'enforce' ? budget : undefined, trace?.statement);
    const logged = { ...ports, db: ports.db.$client.withLog(log) };
    c.set('ports', trace ? tracedPorts(logged, trace) : logged);
    await next();
    if (mode === 'off') return;
    const { counted } = log;
    if (counted > budget) {
      ports.log.warn({ requestId: c.get('requestId'), budget, statements: counted }, 'over the query budget');
    }
    if (ports.settings.environment === 'production') return;
    c.res.headers.append('Server-Timing', `db;dur=${log.totalMs.toFixed(1)};desc="${counted} of ${budget} statements"`);
    if (ports.settings.environment === 'development') print(c, log, budget);
  };
}

function print(c: Context<Env>, log: QueryLog, budget: number): void {
  const requestId = c.get('requestId');
  const statements = log.statements.map(({ sql, ms }) => `${ms.toFixed(1).padStart(6)} ms  ${sql}`);
  c.env.ports.log.info(
    { requestId, statements },
    `${c.req.method} ${c.req.path} ${c.res.status}: ${statements.length} of ${budget} statements, ${log.totalMs.toFixed(1)} ms`,
  );
  for (const { sql, times } of log.repeated()) {
    c.env.ports.log.warn({ requestId, sql, times }, 'the same statement ran again and again in one request');
  }
}
