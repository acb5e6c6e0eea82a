import { z } from '@hono/zod-openapi';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).openapi('JsonWebKeySet');

export const showJwksRoute = endpoint(
  { access: 'public', budget: 0 },
  {
    method: 'get',
    path: '/.well-known/jwks.json',
    tags: ['sessions'],
    summary: 'The public keys of access tokens (RFC 7517)',
    responses: { 200: { description: 'The keys', content: { 'application/json': { schema: jwksSchema } } } },
  },
);

export function mountShowJwks(app: App): void {
  app.openapi(showJwksRoute, (c) => {
    c.header('Cache-Control', 'public, max-age=300');
    return c.json(c.var.ports.keys.jwks, 200);
  });
}
