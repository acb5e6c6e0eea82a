import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../functions/endpoints.ts';
import { networkOf } from '../../functions/http/network-of.ts';
import type { OpenApiDocument } from '../../functions/http/open-api.ts';
import { checkout } from '../../local/folder.ts';
import { Client } from '../support/clients/client.ts';
import { newCustomer } from '../support/people/people.ts';

describe('every endpoint', () => {
  it('that a feature has is in its list', () => {
    const written = globSync('functions/**/*.ts', { cwd: checkout })
      .filter((file) => !file.endsWith('assets.ts'))
      .flatMap((file) =>
        Array.from(
          readFileSync(join(checkout, file), 'utf8').matchAll(/^export const (\w+)Endpoint = \w+\(/gmu),
          ([, name]) => name,
        ),
      );
    expect(written.length).toBeGreaterThan(20);
    expect(new Set(endpoints.map(({ name }) => name))).toEqual(new Set(written));
  });

  it('has an operationId of its own', async () => {
    const { body } = await new Client().get<OpenApiDocument>('/openapi.json');
    const ids = Object.values(body.paths ?? {}).flatMap((methods) =>
      Object.values(methods as Record<string, { operationId?: string }>).map(({ operationId }) => operationId),
    );
    expect(new Set(ids)).toEqual(new Set(endpoints.map(({ name }) => name)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an answer that is about somebody', () => {
  it('is kept by nobody', async () => {
    const customer = await newCustomer();
    for (const path of ['/v1/me', '/v1/orders', '/v1/rooms']) {
      expect((await customer.get(path)).headers.get('Cache-Control'), path).toBe('no-store');
    }
  });

  it('with tokens is kept by nobody (RFC 6749, section 5.1)', async () => {
    const { username } = (await newCustomer()).account;
    const session = await new Client().post<{ refreshToken: string }>('/v1/sessions', {
      username,
      password: 'correct horse battery',
    });
    expect([session.status, session.headers.get('Cache-Control')]).toEqual([201, 'no-store']);
    const { refreshToken } = session.body;
    const refreshed = await new Client().post('/v1/sessions/refresh', { refreshToken });
    expect([refreshed.status, refreshed.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
  });
});

describe('an address counts', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('%s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
