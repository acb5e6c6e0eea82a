import { OpenAPIHono } from '@hono/zod-openapi';
import { endpoints } from './endpoints.ts';
import { mountHealth } from './health/health.ts';
import type { App } from './http/app-type.ts';
import { crossOrigin } from './http/cross-origin.ts';
import type { Env } from './http/env.ts';
import { measure } from './http/measure.ts';
import { notFoundIn } from './http/not-found.ts';
import { onError } from './http/on-error.ts';
import { mountOpenApi } from './http/open-api.ts';
import { commonHeaders } from './http/common-headers.ts';
import { mountChatPage } from './pages/chat/chat-page.ts';
import { mountDocsPage } from './pages/docs-page.ts';
import { mountLandingPage } from './pages/landing-page.ts';

/**
 * The HTTP application: made once, it serves any number of requests. The ports come with each request
 * (`app.fetch(request, { ports, address })`), because the edge opens its database anew for each one.
 */
export function createApp(): App {
  const app = new OpenAPIHono<Env>();
  app.onError(onError);
  app.notFound(notFoundIn(app));
  app.use(commonHeaders);
  app.use(measure);
  app.use(crossOrigin);
  for (const { mount } of endpoints) mount(app);
  mountHealth(app);
  mountOpenApi(app);
  mountLandingPage(app);
  mountDocsPage(app);
  mountChatPage(app);
  return app;
}
