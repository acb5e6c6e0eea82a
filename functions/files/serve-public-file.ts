import { z } from '@hono/zod-openapi';
import { findPublicFile } from '../../db/files.ts';
import type { FileKey } from '../../schema/ids.ts';
import { endpoint, withStatus } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import { answerFile } from './answer-file.ts';
import { isFileKey } from './file-key.ts';
import { fileAnswers } from './file-answers.ts';

/** A public file that is in use, for whoever knows its key. Problem: `not_found`. */
export async function servePublicFile(ports: Ports, request: Request, key: FileKey): Promise<Response> {
  const found = await findPublicFile(ports.db, key);
  if (!found) throw new Problem('not_found');
  // A page of another origin may show it, as our own does.
  return answerFile(ports, request, found, { 'Cross-Origin-Resource-Policy': 'cross-origin' });
}

export const servePublicFileEndpoint = endpoint({
  name: 'servePublicFile',
  access: 'public',
  budget: 1,
  problems: ['not_found', 'range_not_satisfiable'],
  method: 'get',
  path: '/files/{key}',
  tags: ['files'],
  summary: 'A public file, which never changes',
  request: {
    params: z.object({ key: z.custom<FileKey>((text) => isFileKey(String(text))).openapi({ type: 'string' }) }),
  },
  answers: fileAnswers,
  cacheControl: 'public, max-age=31536000, immutable',
  handle: async ({ ports, params, c }) => withStatus(200, await servePublicFile(ports, c.req.raw, params.key)),
});
