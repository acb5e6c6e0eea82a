import { z } from '@hono/zod-openapi';
import { endpoint } from '../http/endpoint.ts';

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).openapi('JsonWebKeySet');

export const showJwksEndpoint = endpoint({
  name: 'showJwks',
  access: 'public',
  budget: 0,
  method: 'get',
  path: '/.well-known/jwks.json',
  tags: ['sessions'],
  summary: 'The public keys of access tokens (RFC 7517)',
  answers: { 200: { description: 'The keys', body: jwksSchema } },
  cacheControl: 'public, max-age=300',
  handle: ({ ports }) => ports.keys.jwks,
});
