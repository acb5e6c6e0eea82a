import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../adapters/edge/client-address.ts';

const request = (headers: Record<string, string>) => new Request('https://kingbus.example/', { headers });

describe('the address of a client of the edge', () => {
  it('is what Cloudflare says, whatever the client claims', () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.7', 'X-Forwarded-For': '198.51.100.1' };
    expect(clientAddress(request(headers), 'production')).toBe('203.0.113.7');
    expect(clientAddress(request({ 'X-Forwarded-For': '198.51.100.1' }), 'production')).toBe('');
  });

  it.each(['development', 'test'] as const)(
    'is the last of X-Forwarded-For on a machine of one’s own (%s)',
    (environment) => {
      const headers = { 'CF-Connecting-IP': '127.0.0.1', 'X-Forwarded-For': '192.0.2.1, 198.51.100.1' };
      expect(clientAddress(request(headers), environment)).toBe('198.51.100.1');
      expect(clientAddress(request({ 'CF-Connecting-IP': '127.0.0.1' }), environment)).toBe('127.0.0.1');
    },
  );
});
