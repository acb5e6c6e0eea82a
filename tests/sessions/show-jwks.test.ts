import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, inject, it } from 'vitest';
import { Client } from '../support/clients/client.ts';
import { newDriver } from '../support/people/people.ts';

describe('GET /.well-known/jwks.json', () => {
  it('has the keys that verify our tokens', async () => {
    const driver = await newDriver({ active: false });
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', inject('origin')));
    const { payload, protectedHeader } = await jwtVerify(driver.token ?? '', keys, {
      issuer: inject('issuer'),
      audience: 'kingbus',
      typ: 'at+jwt',
    });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ sub: driver.id, role: 'driver', sid: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  it('keeps the private halves to itself', async () => {
    const { status, body, headers } = await new Client().get<{ keys: object[] }>('/.well-known/jwks.json');
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(body.keys.length).toBeGreaterThan(0);
    for (const key of body.keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});
