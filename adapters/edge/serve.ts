import type { Hono } from 'hono';
import type { Env as HonoEnv } from '../../functions/http/env.ts';
import { clientAddress } from './client-address.ts';
import { isolateOf } from './isolate.ts';
import type { Isolate } from './isolate.ts';
import { createLog } from './log.ts';
import { openPorts } from './open-ports.ts';
import { readToEnd } from './read-to-end.ts';
import { unavailable } from './unavailable.ts';

/**
 * Answers a request with an application that is given ports of its own. Whatever they opened is given back when the answer
 * is there, also when the handler threw or the client went away.
 */
export async function serve(
  app: Pick<Hono<HonoEnv>, 'fetch'>,
  request: Request,
  env: Env,
  context: ExecutionContext,
): Promise<Response> {
  let isolate: Isolate;
  try {
    isolate = await isolateOf(env);
  } catch (error) {
    createLog('error').error({ err: error }, 'the Worker cannot start');
    return unavailable(request);
  }
  const { ports, close } = openPorts(isolate);
  const address = clientAddress(request, isolate.settings.environment);
  const answered = Promise.resolve(app.fetch(request, { ports, address }, context));
  context.waitUntil(answered.then(close, close));
  const answer = await answered;
  if (!answer.ok) await readToEnd(request);
  return answer;
}
