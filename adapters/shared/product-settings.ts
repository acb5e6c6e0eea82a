import { z } from 'zod';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import type { Settings } from '../../functions/ports.ts';
import { commaList, origin, passwordCost, rate, seconds } from './setting-forms.ts';

const { accountRate, roomRate, socketsPerAccount, presenceMs } = defaultChatLimits;

/** The settings that every home has, whatever it runs on: variables here, bindings there (see .env.example). */
export const productVariables = {
  KINGBUS_ENV: z.enum(['development', 'test', 'production']),
  KINGBUS_PUBLIC_ORIGIN: origin,
  KINGBUS_ALLOWED_ORIGINS: commaList.pipe(z.array(origin)),
  KINGBUS_QUERY_BUDGET: z.enum(['off', 'warn', 'enforce']).default('warn'),
  KINGBUS_ERASE_VERIFIED_DOCUMENTS: z.enum(['0', '1']).default('0'),
  KINGBUS_CHAT_ACCOUNT_RATE: rate.prefault(`${accountRate.burst}/${accountRate.perSecond}`),
  KINGBUS_CHAT_ROOM_RATE: rate.prefault(`${roomRate.burst}/${roomRate.perSecond}`),
  KINGBUS_CHAT_SOCKETS_PER_ACCOUNT: z.coerce.number().int().min(1).default(socketsPerAccount),
  KINGBUS_PRESENCE_SECONDS: seconds.prefault(presenceMs / 1000),
  KINGBUS_PASSWORD_COST: passwordCost.optional(),
};

/** What they mean to the product. A home that bounds the chat in more ways says so in `chat`. */
export const productSettings = (env: z.infer<z.ZodObject<typeof productVariables>>): Settings => ({
  environment: env.KINGBUS_ENV,
  publicOrigin: env.KINGBUS_PUBLIC_ORIGIN,
  allowedOrigins: new Set([env.KINGBUS_PUBLIC_ORIGIN, ...env.KINGBUS_ALLOWED_ORIGINS]),
  queryBudget: env.KINGBUS_QUERY_BUDGET,
  eraseVerifiedDocuments: env.KINGBUS_ERASE_VERIFIED_DOCUMENTS === '1',
  chat: {
    ...defaultChatLimits,
    accountRate: env.KINGBUS_CHAT_ACCOUNT_RATE,
    roomRate: env.KINGBUS_CHAT_ROOM_RATE,
    socketsPerAccount: env.KINGBUS_CHAT_SOCKETS_PER_ACCOUNT,
    presenceMs: env.KINGBUS_PRESENCE_SECONDS,
  },
});
