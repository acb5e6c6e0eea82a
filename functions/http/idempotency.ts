import { z } from '@hono/zod-openapi';
import { rule } from './validation.ts';

/** The header of writes that create: `Idempotency-Key`, up to 64 visible ASCII characters. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .refine((text) => /^[!-~]{1,64}$/u.test(text), rule('visible_ascii'))
    .optional()
    .openapi({
      minLength: 1,
      maxLength: 64,
      pattern: '^[!-~]+$',
      description: 'Sending the same request again with the same key creates nothing new. Kept for at least 24 hours.',
    }),
});
