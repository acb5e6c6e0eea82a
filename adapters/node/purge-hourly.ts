import type { Logger } from 'pino';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import type { Ports } from '../../functions/ports.ts';
import { repeat } from './repeat.ts';

const hour = 3600 * 1000;

/** Deletes what has expired, every hour that this process runs. Gives what ends it. */
export const purgeHourly = (ports: Ports, log: Logger): (() => Promise<void>) =>
  repeat(
    async () => log.info(await purgeExpired(ports), 'purged what has expired'),
    hour,
    (error) => log.warn({ err: error }, 'the purge failed; the next one comes in an hour'),
  );
