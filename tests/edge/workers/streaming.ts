import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { transaction } from '../../../db/engine/transaction.ts';
import { serve } from '../../../adapters/edge/serve.ts';
import type { Env as HonoEnv } from '../../../functions/http/env.ts';

export { Bridge, Counter, Inbox, Room } from '../../../adapters/edge/worker.ts';

const app = new Hono<HonoEnv>();

/**
 * A body that asks the database when `gate`, an address of the test's, says what to do next: `read`, `transact`, a name to
 * wait for (MariaDB's `get_lock`), or `end`. Each answer is a line.
 */
app.get('/lines', (c) => {
  const { db } = c.env.ports;
  const connectionOf = sql`select connection_id() as id`;
  async function run(what: string): Promise<unknown> {
    if (what === 'read') return db.execute(connectionOf);
    if (what === 'transact') return transaction(db, async (tx) => tx.execute(connectionOf));
    return db.execute(sql`select get_lock(${what}, 30)`);
  }
  const line = (text: string) => new TextEncoder().encode(`${text}\n`);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(line('begun')),
    async pull(controller) {
      const next = await (await fetch(c.req.query('gate') ?? '')).text();
      if (next === 'end') return controller.close();
      await run(next);
      controller.enqueue(line(next));
    },
  });
  return new Response(body);
});

/** The Worker's own way to serve, with a route of its own. */
export default {
  fetch: (request, env, context) => serve(app, request, env, context),
} satisfies ExportedHandler<Env>;
