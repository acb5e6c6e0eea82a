import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../adapters/node/client-address.ts';

const trusted = new Set(['127.0.0.1', '10.0.0.2']);
const from = (remoteAddress: string | undefined, forwarded?: string) =>
  clientAddress(
    { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage,
    trusted,
  );

describe('the address of a client', () => {
  it('is the peer’s, whatever a stranger claims', () => {
    expect(from('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(from('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('is what our front says of its own client', () => {
    expect(from('127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(from('::ffff:127.0.0.1', '198.51.100.1, 10.0.0.2')).toBe('198.51.100.1');
  });

  it('is the last one that no proxy of ours wrote: anything before it may be forged', () => {
    expect(from('127.0.0.1', '1.2.3.4, 198.51.100.1, 10.0.0.2')).toBe('198.51.100.1');
  });

  it('is the front’s where it says nothing', () => {
    expect(from('127.0.0.1')).toBe('127.0.0.1');
    expect(from('127.0.0.1', ' , ')).toBe('127.0.0.1');
  });
});
