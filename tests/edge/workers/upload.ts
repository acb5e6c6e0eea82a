import { OpenAPIHono, z } from '@hono/zod-openapi';
import { serve } from '../../../adapters/edge/serve.ts';
import { endpoint } from '../../../functions/http/endpoint.ts';
import type { Env as HonoEnv } from '../../../functions/http/env.ts';
import { multipart } from '../../../functions/http/multipart-body.ts';
import { onError } from '../../../functions/http/on-error.ts';

export { Bridge, Counter, Inbox, Room } from '../../../adapters/edge/worker.ts';

const app = new OpenAPIHono<HonoEnv>();
app.onError(onError);

/** Takes a file of 4 KB at the most, and says how long it was. */
endpoint({
  name: 'upload',
  access: 'public',
  budget: 0,
  method: 'post',
  path: '/files',
  tags: ['tests'],
  summary: 'A file',
  request: { body: multipart({ fields: { kind: z.enum(['photo', 'licence']) }, maxBytes: 4096 }) },
  answers: { 200: { description: 'Its length', body: z.object({ length: z.int() }) } },
  handle: async ({ body: { file } }) => ({ length: (await new Response(file.bytes).arrayBuffer()).byteLength }),
}).mount(app);

/** The Worker's own way to serve, with a route that takes forms. */
export default {
  fetch: (request, env, context) => serve(app, request, env, context),
} satisfies ExportedHandler<Env>;
