import { z } from '@hono/zod-openapi';
import { readAtMost, requireType } from './read-body.ts';
import type { Body } from './read-body.ts';

/**
 * A body whose very bytes the handler needs, as a webhook that is signed: 415 for another type, 413 over `limit` bytes.
 */
export const raw = ({ content, limit }: { content: string; limit: number }): Body<Uint8Array> => ({
  content,
  schema: z.string().openapi({ description: `At most ${limit} bytes, read as they are.` }),
  problems: ['malformed_request', 'payload_too_large', 'unsupported_media_type'],
  read: async (c) => {
    requireType(c, content);
    return readAtMost(c, limit, 'malformed_request');
  },
});
