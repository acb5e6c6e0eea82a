import type { JWK } from 'jose';
import { z } from 'zod';
import { productSettings, productVariables } from '../shared/product-settings.ts';
import { mailFromForm, parseSender } from '../mail/mail-settings.ts';
import { readSmsSettings, smsVariables } from '../sms/sms-settings.ts';
import { describeIssues, seconds, unsetWhenEmpty } from '../shared/setting-forms.ts';

/** JSON text in a secret; what it says is not repeated in the error. */
const jwks = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.record(z.string(), z.unknown())).min(1))
  .transform((keys) => keys as JWK[]);

const schema = z
  .object({
    ...productVariables,
    KINGBUS_ENV: productVariables.KINGBUS_ENV.default('production'),
    // Hyperdrive speaks to MariaDB: TLS, and which name it has to show, is for its own settings to say.
    HYPERDRIVE: z.object({
      connectionString: z
        .url()
        .refine((url) => !new URL(url).searchParams.has('ssl'), 'TLS to MariaDB is set up in Hyperdrive, not here'),
    }),
    KINGBUS_KEYS_JSON: jwks,
    KINGBUS_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    KINGBUS_SWEEP_SECONDS: seconds.default(600_000),
    REDIS_URL: z.url({ protocol: /^rediss?$/u }).optional(),
    KINGBUS_MAIL_FROM: z
      .string()
      .refine((text) => parseSender(text) !== undefined, mailFromForm)
      .optional(),
    ...smsVariables,
  })
  .transform((env, context) => ({
    databaseUrl: withoutQuery(env.HYPERDRIVE.connectionString),
    /** Private JWKs (adapters/shared/keys.ts). */
    privateKeys: env.KINGBUS_KEYS_JSON,
    settings: productSettings(env),
    /** How often a connected account's rooms are compared with MariaDB, in milliseconds. */
    sweepMs: env.KINGBUS_SWEEP_SECONDS,
    logLevel: env.KINGBUS_LOG_LEVEL,
    passwordCost: env.KINGBUS_PASSWORD_COST,
    /** Where Node's chat processes hear hints, and tell theirs; unset where all of the chat is on the edge. */
    redisUrl: env.REDIS_URL,
    /** From whom mails are; unset where none are sent. */
    mailFrom: env.KINGBUS_MAIL_FROM === undefined ? undefined : parseSender(env.KINGBUS_MAIL_FROM),
    sms: readSmsSettings(env, context),
  }));

export type Config = z.infer<typeof schema>;

/** The bindings of wrangler.jsonc as settings. What is wrong with them is said by name, without their values. */
export function readConfig(env: object): Config {
  const result = schema.safeParse(unsetWhenEmpty(env));
  if (result.success) return result.data;
  throw new Error(
    `the Worker's bindings are not right (adapters/edge/wrangler.jsonc): ${describeIssues(result.error).join('; ')}`,
  );
}

/** Hyperdrive appends `?ssl-mode=...`, which is meant for another driver. */
function withoutQuery(url: string): string {
  const [base = ''] = url.split('?');
  return base;
}
