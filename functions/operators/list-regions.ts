import { z } from '@hono/zod-openapi';
import { endpoint } from '../http/endpoint.ts';
import { regionCodes, regionNames } from '../text/regions.ts';

const regionsSchema = z
  .object({ items: z.array(z.object({ code: z.string(), korean: z.string(), english: z.string() })) })
  .openapi('Regions');

const items = regionCodes.map((code) => {
  const { korean, english } = regionNames[code];
  return { code, korean, english };
});

export const listRegionsEndpoint = endpoint({
  name: 'listRegions',
  access: 'public',
  budget: 0,
  method: 'get',
  path: '/v1/regions',
  tags: ['operators'],
  summary: 'The provinces of Korea, in which operators drive',
  answers: { 200: { description: 'All of them, by their codes', body: regionsSchema } },
  cacheControl: 'public, max-age=86400',
  handle: () => ({ items }),
});
