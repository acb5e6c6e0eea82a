import { z } from 'zod';
import { defaultChatLimits as chat } from '../../functions/chat/limits.ts';
import { parseRedisUrl } from '../redis/address.ts';
import {
  commaList,
  describeIssues,
  origin,
  passwordCost,
  rate,
  seconds,
  unsetWhenEmpty,
} from '../shared/setting-forms.ts';
import { filesVariables, readFilesSettings } from './open-files.ts';

const listen = z
  .string()
  .regex(/^[^\s:]+:\d{1,5}$/u, 'expected host:port')
  .transform((text) => ({
    host: text.slice(0, text.lastIndexOf(':')),
    port: Number(text.slice(text.lastIndexOf(':') + 1)),
  }));

const schema = z
  .object({
    KINGBUS_ENV: z.enum(['development', 'test', 'production']).default('development'),
    KINGBUS_LISTEN: listen.prefault('127.0.0.1:8081'),
    KINGBUS_REUSE_PORT: z.enum(['0', '1']).default('0'),
    KINGBUS_METRICS_LISTEN: listen.optional(),
    KINGBUS_DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(2),
    KINGBUS_PUBLIC_ORIGIN: origin.prefault('http://localhost:8080'),
    KINGBUS_ALLOWED_ORIGINS: commaList.pipe(z.array(origin)),
    DATABASE_URL: z.url({ protocol: /^(?:mysql|mariadb)$/u }),
    KINGBUS_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(1000).default(10),
    REDIS_URL: z
      .string()
      .refine((url) => parseRedisUrl(url) !== undefined, 'expected redis://, redis+cluster:// or redis+sentinel://')
      .optional(),
    KINGBUS_KEYS: z.string().default('.kingbus/keys'),
    ...filesVariables,
    KINGBUS_TRUSTED_PROXIES: commaList.prefault('127.0.0.1,::1'),
    KINGBUS_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    KINGBUS_QUERY_BUDGET: z.enum(['off', 'warn', 'enforce']).default('warn'),
    KINGBUS_CHAT_ACCOUNT_RATE: rate.prefault(`${chat.accountRate.burst}/${chat.accountRate.perSecond}`),
    KINGBUS_CHAT_ROOM_RATE: rate.prefault(`${chat.roomRate.burst}/${chat.roomRate.perSecond}`),
    KINGBUS_CHAT_SOCKETS: z.coerce.number().int().min(1).default(chat.sockets),
    KINGBUS_CHAT_SOCKETS_PER_ACCOUNT: z.coerce.number().int().min(1).default(chat.socketsPerAccount),
    KINGBUS_CHAT_STALLED_SECONDS: seconds.prefault(chat.stalledMs / 1000),
    KINGBUS_PRESENCE_SECONDS: seconds.prefault(chat.presenceMs / 1000),
    KINGBUS_CHAT_HEARTBEAT_SECONDS: seconds.prefault(30),
    KINGBUS_STATEMENT_LOG: z.string().optional(),
    KINGBUS_PASSWORD_COST: passwordCost.optional(),
  })
  .transform((env, context) => ({
    environment: env.KINGBUS_ENV,
    listen: env.KINGBUS_LISTEN,
    /** Other processes may listen at the same place: the kernel deals connections out among them. */
    reusePort: env.KINGBUS_REUSE_PORT === '1',
    /** Where Prometheus asks; nowhere where it is not set. */
    metricsListen: env.KINGBUS_METRICS_LISTEN,
    /** How long a process that was told to stop still takes what comes, while it says that it is not ready. */
    drainMs: env.KINGBUS_DRAIN_SECONDS * 1000,
    publicOrigin: env.KINGBUS_PUBLIC_ORIGIN,
    allowedOrigins: new Set([env.KINGBUS_PUBLIC_ORIGIN, ...env.KINGBUS_ALLOWED_ORIGINS]),
    databaseUrl: env.DATABASE_URL,
    databaseConnections: env.KINGBUS_DATABASE_CONNECTIONS,
    redisUrl: env.REDIS_URL,
    keysDirectory: env.KINGBUS_KEYS,
    files: readFilesSettings(env, context),
    trustedProxies: new Set(env.KINGBUS_TRUSTED_PROXIES),
    logLevel: env.KINGBUS_LOG_LEVEL,
    queryBudget: env.KINGBUS_QUERY_BUDGET,
    chat: {
      accountRate: env.KINGBUS_CHAT_ACCOUNT_RATE,
      roomRate: env.KINGBUS_CHAT_ROOM_RATE,
      sockets: env.KINGBUS_CHAT_SOCKETS,
      socketsPerAccount: env.KINGBUS_CHAT_SOCKETS_PER_ACCOUNT,
      stalledMs: env.KINGBUS_CHAT_STALLED_SECONDS,
      presenceMs: env.KINGBUS_PRESENCE_SECONDS,
    },
    heartbeatMs: env.KINGBUS_CHAT_HEARTBEAT_SECONDS,
    /** Tests only: a file that every statement is appended to, with its values, one JSON array a line. */
    statementLog: env.KINGBUS_STATEMENT_LOG,
    passwordCost: env.KINGBUS_PASSWORD_COST,
  }));

export type Config = z.infer<typeof schema>;

/** The settings of one process (see .env.example). What is wrong with them is said by name, without their values. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const result = schema.safeParse(unsetWhenEmpty(environment));
  if (result.success) return result.data;
  const lines = describeIssues(result.error).map((line) => `  ${line}`);
  throw new Error(`the environment is not right (see .env.example):\n${lines.join('\n')}`);
}
