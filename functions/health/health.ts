import { answers } from '../../db/health.ts';
import type { App } from '../http/app-type.ts';
import type { Ports } from '../ports.ts';

/** How long the database may take to say that it is there, in milliseconds. */
const timeoutMs = 2_000;

/** Whether this process can do its work now: the database answers. Redis may be away: then hints are late, not lost. */
export async function checkReadiness({ db, bus }: Pick<Ports, 'db' | 'bus'>) {
  const database = await Promise.race([
    answers(db),
    new Promise<false>((resolve) => void setTimeout(resolve, timeoutMs, false)),
  ]);
  return { ready: database, database: database ? 'up' : 'down', bus: bus.healthy() ? 'up' : 'down' };
}

/**
 * `/healthz`: the process runs. `/readyz`: so does what it depends on, and it is going to stay; 503 tells a front to send
 * callers elsewhere.
 */
export function mountHealth(app: Pick<App, 'get'>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { ready, ...dependencies } = await checkReadiness(c.env.ports);
    const { stopping = false } = c.env;
    return c.json({ ready: ready && !stopping, stopping, ...dependencies }, ready && !stopping ? 200 : 503);
  });
}
