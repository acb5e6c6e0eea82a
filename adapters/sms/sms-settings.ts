import { z } from 'zod';
import { origin } from '../shared/setting-forms.ts';
import type { SmsSettings } from './solapi.ts';

/** The variables of text messages, the same in both homes (see .env.example). */
export const smsVariables = {
  KINGBUS_SMS_KEY: z.string().regex(/^\w+$/u, 'expected letters and digits').optional(),
  KINGBUS_SMS_SECRET: z.string().optional(),
  KINGBUS_SMS_FROM: z
    .string()
    .transform((text) => text.replaceAll('-', ''))
    .refine(
      (text) => /^\d{8,11}$/u.test(text),
      'expected a number that is registered with the provider, such as 02-1234-5678',
    )
    .optional(),
  KINGBUS_SMS_URL: origin.default('https://api.solapi.com'),
};

/** What they mean together, and what is missing, told to `context`; undefined where no text message is sent. */
export function readSmsSettings(
  env: z.infer<z.ZodObject<typeof smsVariables>>,
  context: z.RefinementCtx,
): SmsSettings | undefined {
  const { KINGBUS_SMS_KEY: key, KINGBUS_SMS_SECRET: secret, KINGBUS_SMS_FROM: from, KINGBUS_SMS_URL: url } = env;
  if (key === undefined && secret === undefined && from === undefined) return undefined;
  if (key !== undefined && secret !== undefined && from !== undefined) return { key, secret, from, url };
  for (const name of ['KINGBUS_SMS_KEY', 'KINGBUS_SMS_SECRET', 'KINGBUS_SMS_FROM'] as const) {
    if (env[name] === undefined)
      context.addIssue({ code: 'custom', path: [name], message: 'needed for text messages' });
  }
  return undefined;
}
