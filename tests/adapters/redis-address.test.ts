import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../adapters/redis/address.ts';

test('one server is its URL', () => {
  for (const url of ['redis://127.0.0.1:6379', 'rediss://user:secret@redis.internal:6380/2']) {
    expect(parseRedisUrl(url)).toEqual({ kind: 'server', url });
  }
});

test('a cluster is some of its nodes', () => {
  expect(parseRedisUrl('redis+cluster://one:7000,two:7001')).toEqual({
    kind: 'cluster',
    nodes: [
      { host: 'one', port: 7000 },
      { host: 'two', port: 7001 },
    ],
    tls: false,
  });
  expect(parseRedisUrl('rediss+cluster://bus:p%40ss%3Aword@[::1]:7000/')).toEqual({
    kind: 'cluster',
    nodes: [{ host: '::1', port: 7000 }],
    username: 'bus',
    password: 'p@ss:word',
    tls: true,
  });
});

test('sentinels, and the name by which they know the master', () => {
  expect(parseRedisUrl('redis+sentinel://:secret@a:26379,b:26379?name=mymaster')).toEqual({
    kind: 'sentinel',
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 26_379 },
    ],
    name: 'mymaster',
    password: 'secret',
    tls: false,
  });
});

test.each([
  'http://127.0.0.1',
  'redis+cluster://:50%@one:7000',
  'redis+cluster://one',
  'redis+cluster://one:7000,',
  'redis+cluster://one:port',
  'redis+sentinel://a:26379',
  'redis+proxy://a:1',
])('%s is none', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined();
});
