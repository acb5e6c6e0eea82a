import { createNewId } from '../../functions/new-id.ts';
import type { Ports } from '../../functions/ports.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { createKeys } from '../shared/keys.ts';
import { createPasswords } from '../shared/passwords.ts';
import type { Channels } from '../shared/notifier.ts';
import { portableArgon2id } from '../shared/portable-argon2id.ts';
import { systemClock } from '../shared/system-clock.ts';
import { createSolapi } from '../sms/solapi.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createCounterLimiter, createIsolateCounters } from './limiter.ts';
import { createLog } from './log.ts';
import { createEdgePictures } from './pictures.ts';
import { createMailBinding } from './mail-binding.ts';
import { createR2Files } from './r2-files.ts';

/** What everything in one isolate shares, requests and objects alike: whatever holds no connection. */
export interface Isolate extends Config {
  env: Env;
  /** What brings mails and text messages, as far as it is set up. */
  channels: Channels;
  /** The others need a connection, or belong to one request or object (open-ports.ts, inbox.ts). */
  ports: Omit<Ports, 'db' | 'bus' | 'messages' | 'notifier' | 'delivery' | 'presence'>;
}

let isolate: Isolate | undefined;

/**
 * The isolate's own, made by whoever comes first. Of two at once one stays: a promise kept for both would end with the
 * first one's request.
 *
 * @throws Error that names the binding which is missing or wrong
 */
export async function isolateOf(env: Env): Promise<Isolate> {
  return (isolate ??= await openIsolate(env));
}

async function openIsolate(env: Env): Promise<Isolate> {
  const config = readConfig(env);
  const log = createLog(config.logLevel);
  if (config.settings.environment === 'production') {
    const lacking = [config.mailFrom ?? 'KINGBUS_MAIL_FROM', config.sms ?? 'KINGBUS_SMS_KEY'];
    for (const name of lacking) {
      if (typeof name === 'string') log.warn({}, `${name} is not set: nobody gets codes or news on that way`);
    }
  }
  return {
    ...config,
    env,
    channels: {
      ...(config.mailFrom && { email: createMailBinding(env.MAIL, config.mailFrom) }),
      ...(config.sms && { sms: createSolapi(config.sms, { clock: systemClock }) }),
    },
    ports: {
      log,
      clock: systemClock,
      newId: createNewId(systemClock.now),
      metrics: createNoMetrics(),
      files: createR2Files(env.FILES, log),
      pictures: createEdgePictures(env.IMAGES),
      keys: await createKeys(config.privateKeys),
      passwords: createPasswords({ argon2id: portableArgon2id, cost: config.passwordCost }),
      limiter: createCounterLimiter(env.COUNTER, createIsolateCounters(), log),
      settings: config.settings,
    },
  };
}
