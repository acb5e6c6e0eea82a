import { createNewId } from '../../functions/new-id.ts';
import type { Ports } from '../../functions/ports.ts';
import { createKeys } from '../shared/keys.ts';
import { createPasswords } from '../shared/passwords.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createIsolateCounters } from './limiter.ts';
import { createLog } from './log.ts';

/** What everything in one isolate shares, requests and objects alike: whatever holds no socket. */
export type Isolate = Config &
  Pick<Ports, 'keys' | 'passwords' | 'clock' | 'newId' | 'log'> & {
    env: Env;
    counters: ReturnType<typeof createIsolateCounters>;
  };

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
  const { passwordCost } = config;
  const clock = { now: () => Date.now() };
  return {
    ...config,
    env,
    keys: await createKeys(config.privateKeys),
    passwords: createPasswords(passwordCost === undefined ? undefined : { ln: passwordCost, r: 8, p: 1 }),
    counters: createIsolateCounters(),
    clock,
    newId: createNewId(clock.now),
    log: createLog(config.logLevel),
  };
}
