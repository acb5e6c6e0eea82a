import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openRedis } from '../../redis/connection.ts';
import type { RedisClient } from '../../redis/connection.ts';
import { StartFault } from '../start-fault.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';
import { redisCommands } from './redis-commands.ts';

/** How long Redis may take to take a connection, in milliseconds. */
const patienceMs = 5_000;

/** Whether Redis answers, and takes from this user each command that the product gives it, and no more. */
export async function checkRedis(url: string): Promise<Finding[]> {
  const { ok, warning, fault } = about('redis');
  const failures: string[] = [];
  const log = { warn: (values: object) => failures.push(String((values as { reason?: unknown }).reason)) };
  const redis = openRedis(url, log as never, 'check');
  try {
    await ready(redis, failures);
    const findings = [ok(`Redis ${await versionOf(redis)}`)];
    const mayAll = await redis.call('config', 'get', 'maxmemory').then(
      () => true,
      () => false,
    );
    if (mayAll) findings.push(warning('its user may do more than it needs: give it an access list (deploy/redis)'));
    for (const [reason, commands] of await refusalsOf(redis)) {
      findings.push(fault(`it refuses ${commands.join(', ')}: ${reason}`));
    }
    return findings;
  } finally {
    redis.disconnect();
  }
}

/** The commands that it does not take, by what it says of them. */
async function refusalsOf(redis: RedisClient): Promise<Map<string, string[]>> {
  const key = `kingbus:check:${randomUUID()}`;
  const refusals = new Map<string, string[]>();
  for (const [name, attempt] of redisCommands(redis)) {
    try {
      await attempt(redis, key);
    } catch (error) {
      const reason = explain(String(error instanceof Error ? error.message : error));
      refusals.set(reason, [...(refusals.get(reason) ?? []), name]);
    }
  }
  return refusals;
}

async function ready(redis: RedisClient, failures: string[]): Promise<void> {
  if (redis.status === 'ready') return;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const fail = () => reject(new StartFault([explain(failures.at(-1) ?? 'it does not answer')]));
  const timer = setTimeout(fail, patienceMs);
  redis.once('error', () => setImmediate(fail));
  try {
    await Promise.race([once(redis, 'ready'), late]);
  } catch {
    throw new StartFault([explain(failures.at(-1) ?? 'it does not answer')]);
  } finally {
    clearTimeout(timer);
    late.catch(() => {});
  }
}

const versionOf = async (redis: RedisClient): Promise<string> =>
  /redis_version:(\S+)/u.exec(await redis.info('server').catch(() => ''))?.[1] ?? 'of an unknown version';

/** Redis' words without the user's name and the keys that stand in them. */
function explain(message: string): string {
  if (/WRONGPASS|NOAUTH|invalid (?:username-)?password/iu.test(message)) return 'user or password are refused';
  if (message.includes('NOPERM')) return 'its user may not (NOPERM)';
  return /^[A-Z_]+$/u.test(message) ? `it cannot be reached (${message})` : message.replaceAll(/'[^']*'/gu, "'…'");
}
