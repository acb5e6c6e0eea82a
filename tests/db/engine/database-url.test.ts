import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from '../../../db/engine/database-url.ts';

describe('DATABASE_URL', () => {
  it.each([
    ['mysql://k:p@db/kingbus', { hosts: [{ host: 'db', port: 3306 }], user: 'k', password: 'p', database: 'kingbus' }],
    ['mariadb://k@10.0.0.5:3307/kingbus', { hosts: [{ host: '10.0.0.5', port: 3307 }], password: '' }],
    [
      'mysql://k:p@one:3306,two:3307,[::1]:3308/kingbus',
      {
        hosts: [
          { host: 'one', port: 3306 },
          { host: 'two', port: 3307 },
          { host: '::1', port: 3308 },
        ],
      },
    ],
    ['mysql://k%40corp:p%3A%2F%40@db/kingbus', { user: 'k@corp', password: 'p:/@' }],
    ['mysql://k:p@db/kingbus', { tls: undefined }],
    ['mysql://k:p@db/kingbus?ssl=verify-identity', { tls: { caFile: undefined } }],
    [
      'mysql://k:p@db/kingbus?ssl=verify-identity&sslCa=/etc/ca%20files/ca.pem',
      { tls: { caFile: '/etc/ca files/ca.pem' } },
    ],
  ])('%s', (url, expected) => expect(parseDatabaseUrl(url)).toMatchObject(expected));

  it.each([
    'postgres://k:p@db/kingbus',
    'mysql://k:p@db',
    'mysql://k:p@one,,two/kingbus',
    'mysql://k:p@db:port/kingbus',
    'mysql://k:%ZZ@db/kingbus',
    // Whoever asks for TLS must not get none, or one that is not checked, for want of a letter.
    'mysql://k:p@db/kingbus?ssl=true',
    'mysql://k:p@db/kingbus?ssl=',
    'mysql://k:p@db/kingbus?sslCa=/etc/ca.pem',
    'mysql://k:p@db/kingbus?ssl-mode=verify-identity',
    'mysql://k:p@db/kingbus?SSL=verify-identity',
    // An address has no name that a certificate could be for.
    'mysql://k:p@10.0.0.5/kingbus?ssl=verify-identity',
    'mysql://k:p@db,[::1]/kingbus?ssl=verify-identity',
  ])('%s is refused', (url) => expect(parseDatabaseUrl(url)).toBeUndefined());
});
