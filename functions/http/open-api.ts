import type { App } from './app-type.ts';

export type OpenApiDocument = ReturnType<App['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document that the routes themselves make. */
export function openApiDocument(app: App): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'KingBus',
      version: '1',
      description:
        'A charter-bus marketplace. Errors are RFC 9457 problems with a stable `code`; lists are keyset pages. ' +
        '`x-access` says who may call a route, `x-query-budget` the most SQL statements it runs.',
    },
    servers: [{ url: '/' }],
  });
}

/** `/openapi.json`. Made once, at the first call. */
export function mountOpenApi(app: App): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of POST /v1/sessions.',
  });
  let document: string | undefined;
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app));
    return c.body(document, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' });
  });
}
