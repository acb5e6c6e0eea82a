import { silentFor, stateOf } from '../../db/health.ts';
import type { DatabaseState } from '../../db/health.ts';
import type { App } from '../http/app-type.ts';
import type { Ports } from '../ports.ts';

/** How long the database may take to say how it is, in milliseconds. */
const timeoutMs = 2_000;

/** Whether this process can do its work now: the database can. Redis may be away: then hints are late, not lost. */
export async function checkReadiness({ db, bus }: Pick<Ports, 'db' | 'bus'>) {
  const state = await inTime(stateOf(db));
  return {
    ready: state.up,
    database: state.up ? 'up' : 'down',
    bus: bus.healthy() ? 'up' : 'down',
    /** Why the database is down: for a log, never for whoever asks. */
    ...(!state.up && { error: state.error }),
  };
}

async function inTime(asked: Promise<DatabaseState>): Promise<DatabaseState> {
  const { promise: tooLong, resolve } = Promise.withResolvers<DatabaseState>();
  const timer = setTimeout(resolve, timeoutMs, silentFor(timeoutMs));
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `/healthz`: the process runs. `/readyz`: so does what it depends on, and it is going to stay; 503 tells a front to send
 * callers elsewhere. Why it is not ready is logged, once until it is again. `/readyz?exclude=database` says alone whether it is going to
 * stay: for a front whose processes all have the same database, which gains nothing by sending nobody anywhere while that is away.
 */
export function mountHealth(app: Pick<App, 'get'>): void {
  let wasReady = true;
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { stopping = false } = c.env;
    if (c.req.queries('exclude')?.includes('database') === true) {
      return c.json({ ready: !stopping, stopping }, stopping ? 503 : 200);
    }
    const { ready, error, ...dependencies } = await checkReadiness(c.env.ports);
    if (wasReady && !ready) c.env.ports.log.warn({ err: error }, 'not ready: the database cannot do its work');
    if (!wasReady && ready) c.env.ports.log.info({}, 'ready again');
    wasReady = ready;
    return c.json({ ready: ready && !stopping, stopping, ...dependencies }, ready && !stopping ? 200 : 503);
  });
}
