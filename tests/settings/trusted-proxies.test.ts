import { describe, expect, it } from 'vitest';
import { parseTrustedProxies } from '../../adapters/node/settings/trusted-proxies.ts';

describe('the fronts that are believed', () => {
  it.each<[list: string, address: string, trusted: boolean]>([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['[::1]', '::1', true],
    ['::1', '::1', true],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.200', true],
    ['fd00::/8', 'fd12:3456::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['[2001:db8::]/32', '2001:db8:1::1', false],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['127.0.0.1,10.0.0.0/8', '10.0.0.1', true],
    ['127.0.0.1', '', false],
    ['10.0.0.0/8', 'unknown', false],
  ])('%s: %s', (list, address, trusted) => {
    expect(parseTrustedProxies(list.split(','))?.has(address) ?? false).toBe(trusted);
  });

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.1/8',
    'fd00::1/8',
    'front',
    '10.1',
    '0x7f000001',
    '010.0.0.1',
    '10.0.0.0/',
    '[::1',
  ])('are nobody’s address: %s', (text) => {
    expect(parseTrustedProxies(['127.0.0.1', text])).toBeUndefined();
  });
});
