import { Redis } from 'ioredis';
import type { Log } from '../../functions/ports.ts';

/** How long Redis may take to answer, in milliseconds; what it carries is worth no more. */
const patience = 1_000;

/**
 * The Redis connection of one request, opened by its first command: on this platform a socket belongs to the request
 * that opened it.
 */
export class RequestRedis {
  readonly #url: string;
  readonly #log: Log;
  #redis: Redis | undefined;

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
  }

  get connection(): Redis {
    this.#redis ??= this.#open();
    return this.#redis;
  }

  close(): void {
    this.#redis?.disconnect();
  }

  #open(): Redis {
    const redis = new Redis(this.#url, {
      connectionName: 'kingbus-edge',
      connectTimeout: patience,
      commandTimeout: patience,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      enableReadyCheck: false,
    });
    redis.on('error', (error: Error & { code?: string }) => {
      this.#log.warn({ reason: error.code ?? error.message }, 'Redis is away');
    });
    return redis;
  }
}
