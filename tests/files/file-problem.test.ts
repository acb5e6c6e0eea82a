import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import {
  FileBodyFailed,
  FilesUnavailable,
  FileTooLarge,
  RangeNotSatisfiable,
} from '../../functions/files/file-errors.ts';
import type { Env } from '../../functions/http/env.ts';
import { onError } from '../../functions/http/on-error.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { Ports } from '../../functions/ports.ts';

describe('what the files port throws', () => {
  async function answerTo(error: Error) {
    const logged: [string, string][] = [];
    const log = {
      debug() {},
      info() {},
      warn: (_values: object, message: string) => void logged.push(['warn', message]),
      error: (_values: object, message: string) => void logged.push(['error', message]),
    };
    const app = new Hono<Env>().onError(onError).get('/', () => {
      throw error;
    });
    const ports = { log } as Partial<Ports> as Ports;
    const { status, headers, ...answer } = await app.request('/', {}, { ports, address: '192.0.2.1' });
    void answer;
    return { status, headers, logged };
  }

  it.each<[Error, number, [string, string] | undefined]>([
    [new FileTooLarge(10), 413, undefined],
    [new RangeNotSatisfiable(10), 416, ['Content-Range', 'bytes */10']],
    [new FileBodyFailed(new Error('ECONNRESET')), 400, undefined],
    [new FileBodyFailed(new Problem('payload_too_large')), 413, undefined],
  ])('is answered: %s', async (error, expected, header) => {
    const { status, headers, logged } = await answerTo(error);
    expect(status).toBe(expected);
    if (header) expect(headers.get(header[0])).toBe(header[1]);
    expect(logged).toEqual([]);
  });

  it('is an outage of the storage, not of the database, whatever its code', async () => {
    const cause = Object.assign(new Error('no such file or directory'), { code: 'ENOENT' });
    const { status, headers, logged } = await answerTo(new FilesUnavailable('the folder cannot be used', cause));
    expect([status, headers.get('Retry-After')]).toEqual([503, '2']);
    expect(logged).toEqual([['warn', 'the storage of files did not answer']]);
  });
});
