import { OpenAPIHono } from '@hono/zod-openapi';
import { createMemoryLimiter } from '../../adapters/memory/limiter.ts';
import { createNoMetrics } from '../../adapters/memory/metrics.ts';
import type { Endpoint } from '../../functions/http/endpoint-types.ts';
import type { Env } from '../../functions/http/env.ts';
import { onError } from '../../functions/http/on-error.ts';
import { mountOpenApi } from '../../functions/http/open-api.ts';
import { commonHeaders } from '../../functions/http/common-headers.ts';
import { mountDocsPage } from '../../functions/pages/docs-page.ts';
import type { Log, Ports, Settings } from '../../functions/ports.ts';

/** An application of these endpoints and of the pages that describe them, on ports that need no server: nothing in it may ask the database. */
export function tinyApp(
  endpoints: Pick<Endpoint, 'mount'>[],
  environment: Settings['environment'] = 'test',
): {
  request: (path: string, init?: RequestInit) => Promise<Response>;
  fetch: (request: Request) => Promise<Response>;
  logged: object[];
} {
  const logged: object[] = [];
  const write: Log['error'] = (values) => void logged.push(values);
  const ports: Partial<Ports> = {
    limiter: createMemoryLimiter(),
    metrics: createNoMetrics(),
    log: { debug: write, info: write, warn: write, error: write },
    settings: { environment, queryBudget: 'off', publicOrigin: 'http://kingbus.test' } as Settings,
  };
  const app = new OpenAPIHono<Env>();
  app.onError(onError);
  app.use(commonHeaders);
  for (const { mount } of endpoints) mount(app);
  mountOpenApi(app);
  mountDocsPage(app);
  const bindings = { ports: ports as Ports, address: '192.0.2.1' };
  return {
    request: async (path, init) => app.request(path, init, bindings),
    fetch: async (request) => app.fetch(request, bindings),
    logged,
  };
}
