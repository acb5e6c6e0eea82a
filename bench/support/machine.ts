import { availableParallelism, cpus, totalmem } from 'node:os';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import type { Stage } from './stage.ts';

/** What the figures of a run depend on, in a line or two. */
export async function describeMachine({ db, redisUrl }: Stage): Promise<string> {
  const [rows] = (await db.execute(sql`select version() as version`)) as unknown as [{ version: string }[]];
  const redis = new Redis(redisUrl);
  const redisVersion = /redis_version:(\S+)/u.exec(await redis.info('server'))?.[1];
  redis.disconnect();
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, MariaDB ${rows[0]?.version}, Redis ${redisVersion}`,
  ].join('\n');
}
