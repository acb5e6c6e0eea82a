import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openRedis } from '../../redis/connection.ts';
import type { RedisClient } from '../../redis/connection.ts';
import { StartFault } from '../start-fault.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';

/** How long Redis may take to take a connection, in milliseconds. */
const patienceMs = 5_000;

/** Whether Redis answers, and lets this user do what the product does with it, and no more: each of it is tried. */
export async function checkRedis(url: string): Promise<Finding[]> {
  const { ok, warning, fault } = about('redis');
  const failures: string[] = [];
  const log = { warn: (values: object) => failures.push(String((values as { reason?: unknown }).reason)) };
  const redis = openRedis(url, log as never, 'check');
  try {
    await ready(redis, failures);
    const findings = [ok(`Redis ${await versionOf(redis)}`)];
    for (const [what, attempt] of Object.entries(uses(redis))) {
      const refusal = await attempt().then(
        () => undefined,
        (error: unknown) => String(error instanceof Error ? error.message : error),
      );
      if (refusal !== undefined) findings.push(fault(`it refuses to ${what}: ${explain(refusal)}`));
    }
    const mayAll = await redis.call('config', 'get', 'maxmemory').then(
      () => true,
      () => false,
    );
    if (mayAll) findings.push(warning('its user may do more than it needs: give it an access list (deploy/redis)'));
    return findings;
  } finally {
    redis.disconnect();
  }
}

/** What the product does with it, each by a command of its kind. */
function uses(redis: RedisClient): Record<string, () => Promise<unknown>> {
  const key = `kingbus:check:${randomUUID()}`;
  return {
    'write a key': () => redis.set(key, '1', 'PX', 10_000),
    'count in a key': () => redis.incrby(key, 1),
    'read a key': () => redis.get(key),
    'delete a key': () => redis.del(key),
    'run a script': () => redis.eval("return redis.call('time')[1]", 1, key),
    'publish to a channel': () => redis.publish('kingbus:check', ''),
  };
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
