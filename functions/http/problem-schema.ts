import { z } from '@hono/zod-openapi';

/** The shape of every error answer (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:kingbus:problem:validation_failed' }),
    title: z.string().openapi({ description: 'For people, in Korean or English by Accept-Language.' }),
    status: z.int(),
    code: z.string().openapi({ description: 'For programs: stable.', example: 'validation_failed' }),
    state: z.string().optional().openapi({ description: 'Of a 409: the state that stands.', example: 'selected' }),
    scope: z
      .string()
      .optional()
      .openapi({ description: 'Of `scope_missing`: what the key lacks.', example: 'orders:write' }),
    errors: z
      .array(z.object({ pointer: z.string().openapi({ example: '/passengers' }), detail: z.string() }))
      .optional(),
  })
  .openapi('Problem');
