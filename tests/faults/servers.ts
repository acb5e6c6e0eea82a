import { join } from 'node:path';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import type { MariaDb } from '../../local/servers/mariadb.ts';
import { startRedis } from '../../local/servers/redis.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { RestartableServer } from './restartable-server.ts';

/** A MariaDB that may be killed. */
export const startFrailMariaDb = (folder: string): Promise<RestartableServer<MariaDb>> =>
  RestartableServer.start('MariaDB', (port) =>
    startMariaDb({ folder: join(folder, 'mariadb'), ...(port !== undefined && { port }) }),
  );

/** A Redis that may be killed. */
export const startFrailRedis = (folder: string): Promise<RestartableServer<Redis>> =>
  RestartableServer.start('Redis', (port) =>
    startRedis({ folder: join(folder, 'redis'), ...(port !== undefined && { port }) }),
  );
