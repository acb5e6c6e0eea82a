import { z } from '@hono/zod-openapi';

/** The header of writes that create: `Idempotency-Key`, up to 64 visible ASCII characters. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,64}$/u)
    .optional()
    .openapi({
      description: 'Sending the same request again with the same key creates nothing new. Kept for at least 24 hours.',
    }),
});
