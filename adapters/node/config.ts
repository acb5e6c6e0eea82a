import { z } from 'zod';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { parseRedisUrl } from '../redis/address.ts';
import { productSettings, productVariables } from '../shared/product-settings.ts';
import { commaList, describeIssues, seconds, unsetWhenEmpty } from '../shared/setting-forms.ts';
import { filesVariables, readFilesSettings } from './open-files.ts';
import { noticesVariables, readNoticesSettings } from './open-notifier.ts';
import { databaseUrl, listen, passwords } from './settings/forms.ts';
import { findUnknownNames } from './settings/names.ts';
import { withPassword } from './settings/passwords.ts';
import { gatherSecrets } from './settings/secrets.ts';
import type { Environment } from './settings/secrets.ts';
import { parseTrustedProxies } from './settings/trusted-proxies.ts';
import { findUnsafe } from './settings/unsafe.ts';
import type { Reader } from './settings/unsafe.ts';
import { StartFault } from './start-fault.ts';
import { readTracingSettings, tracingVariables } from './tracing/tracing-settings.ts';

/** Every variable that a process or a command reads. */
const variables = {
  ...productVariables,
  KINGBUS_ENV: productVariables.KINGBUS_ENV.default('development'),
  KINGBUS_PUBLIC_ORIGIN: productVariables.KINGBUS_PUBLIC_ORIGIN.prefault('http://localhost:8080'),
  KINGBUS_LISTEN: listen.prefault('127.0.0.1:8081'),
  KINGBUS_REUSE_PORT: z.enum(['0', '1']).default('0'),
  KINGBUS_METRICS_LISTEN: listen.optional(),
  KINGBUS_DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(2),
  DATABASE_URL: databaseUrl,
  KINGBUS_DATABASE_PASSWORD: passwords,
  KINGBUS_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(1000).default(10),
  KINGBUS_MIGRATION_DATABASE_URL: databaseUrl.optional(),
  KINGBUS_MIGRATION_DATABASE_PASSWORD: passwords,
  KINGBUS_BACKUP_DATABASE_URL: databaseUrl.optional(),
  KINGBUS_BACKUP_DATABASE_PASSWORD: passwords,
  REDIS_URL: z
    .string()
    .refine((url) => parseRedisUrl(url) !== undefined, 'expected redis://, redis+cluster:// or redis+sentinel://')
    .optional(),
  KINGBUS_REDIS_PASSWORD: passwords,
  KINGBUS_KEYS: z.string().default('.kingbus/keys'),
  KINGBUS_BACKUPS: z.string().default('.kingbus/backups'),
  ...filesVariables,
  ...noticesVariables,
  ...tracingVariables,
  KINGBUS_TRUSTED_PROXIES: commaList
    .prefault('127.0.0.1,::1')
    .transform(parseTrustedProxies)
    .refine((proxies) => proxies !== undefined, 'expected addresses, or networks such as 10.0.0.0/8 and fd00::/8'),
  KINGBUS_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  KINGBUS_CHAT_SOCKETS: z.coerce.number().int().min(1).default(defaultChatLimits.sockets),
  KINGBUS_CHAT_STALLED_SECONDS: seconds.prefault(defaultChatLimits.stalledMs / 1000),
  KINGBUS_CHAT_HEARTBEAT_SECONDS: seconds.prefault(30),
  KINGBUS_STATEMENT_LOG: z.string().optional(),
};

/** The names of all settings. */
export const variableNames: readonly string[] = Object.keys(variables);

const schema = z.object(variables).transform((env, context) => {
  const settings = productSettings(env);
  const { KINGBUS_CHAT_SOCKETS: sockets, KINGBUS_CHAT_STALLED_SECONDS: stalledMs } = env;
  const database = account(env.DATABASE_URL, env.KINGBUS_DATABASE_PASSWORD);
  return {
    settings: { ...settings, chat: { ...settings.chat, sockets, stalledMs } },
    listen: env.KINGBUS_LISTEN,
    /** Other processes may listen at the same place: the kernel deals connections out among them. */
    reusePort: env.KINGBUS_REUSE_PORT === '1',
    /** Where Prometheus asks; nowhere where it is not set. */
    metricsListen: env.KINGBUS_METRICS_LISTEN,
    /** How long a process that was told to stop still takes what comes, while it says that it is not ready. */
    drainMs: env.KINGBUS_DRAIN_SECONDS * 1000,
    database,
    databaseConnections: env.KINGBUS_DATABASE_CONNECTIONS,
    /** As whom the schema is changed: who may do so. */
    migrationDatabase:
      env.KINGBUS_MIGRATION_DATABASE_URL === undefined
        ? database
        : account(env.KINGBUS_MIGRATION_DATABASE_URL, env.KINGBUS_MIGRATION_DATABASE_PASSWORD),
    /** As whom a backup is read: who need not be able to write. */
    backupDatabase:
      env.KINGBUS_BACKUP_DATABASE_URL === undefined
        ? database
        : account(env.KINGBUS_BACKUP_DATABASE_URL, env.KINGBUS_BACKUP_DATABASE_PASSWORD),
    redisUrl: env.REDIS_URL === undefined ? undefined : withPassword(env.REDIS_URL, env.KINGBUS_REDIS_PASSWORD[0]),
    otherRedisPassword: env.KINGBUS_REDIS_PASSWORD[1],
    keysDirectory: env.KINGBUS_KEYS,
    backupsDirectory: env.KINGBUS_BACKUPS,
    files: readFilesSettings(env, context),
    notices: readNoticesSettings(env, context),
    /** Undefined: nothing is traced. */
    tracing: readTracingSettings(env),
    trustedProxies: env.KINGBUS_TRUSTED_PROXIES,
    logLevel: env.KINGBUS_LOG_LEVEL,
    heartbeatMs: env.KINGBUS_CHAT_HEARTBEAT_SECONDS,
    /** Tests only: a file that every statement is appended to, with its values, one JSON array a line. */
    statementLog: env.KINGBUS_STATEMENT_LOG,
    passwordCost: env.KINGBUS_PASSWORD_COST,
  };
});

export type Config = z.infer<typeof schema>;

/** A user of the database: its address with the password in it, and the one that is tried where that is refused. */
export interface DatabaseAccount {
  url: string;
  otherPassword: string | undefined;
}

const account = (url: string, [password, otherPassword]: readonly string[]): DatabaseAccount => ({
  url: withPassword(url, password),
  otherPassword,
});

/**
 * The settings of one process or command (see .env.example). In production, what is unsafe is wrong too.
 *
 * @param environment the variables, with secrets among them or beside them (settings/secrets.ts)
 * @throws StartFault with everything that is wrong, by name, without values
 */
export function readConfig(environment: Environment, reader: Reader = 'command'): Config {
  const strict = environment['KINGBUS_ENV'] === 'production';
  const { environment: gathered, faults } = gatherSecrets(environment, { strict });
  const result = schema.safeParse(unsetWhenEmpty(gathered));
  if (!result.success) faults.push(...describeIssues(result.error));
  if (strict) faults.push(...findUnsafe(gathered, reader), ...findUnknownNames(environment, variableNames));
  if (result.success && faults.length === 0) return result.data;
  throw new StartFault(oneForEachName(faults));
}

/** Of several things that are wrong with one setting the first: the others mostly follow from it. */
const oneForEachName = (faults: readonly string[]): string[] =>
  [...new Map(faults.toReversed().map((fault) => [fault.slice(0, fault.indexOf(':')), fault])).values()].toReversed();
