import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../adapters/edge/config.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { testSettings } from '../support/servers/settings.ts';

const { databaseUrl, keysDirectory } = testSettings();

describe('a Worker with a wrong secret', () => {
  let worker: Worker | undefined;
  afterEach(() => worker?.stop());

  it('answers 503 without a cause, and logs the name of the binding without its value', async () => {
    const bindings = { ...workerBindings(keysDirectory), KINGBUS_KEYS_JSON: '["not-a-key"' };
    const running = await startWorker(databaseUrl, bindings);
    worker = running;
    const client = new Client(undefined, running.origin);
    for (const path of ['/healthz', '/v1/me']) {
      const refused = await client.get(path, { 'Accept-Language': 'ko' });
      expect(refused).toMatchObject(refusal(503, 'unavailable'));
      expect(refused.headers.get('Content-Type')).toContain('application/problem+json');
      expect(refused.text).not.toMatch(/KEYS|stack|config/u);
      expect(refused.text).toMatch(/잠시/u);
    }
    await vi.waitFor(() => expect(running.logged()).toHaveLength(2));
    const [line] = running.logged();
    expect(line).toMatchObject({ level: 'error', msg: 'the Worker cannot start' });
    expect(JSON.stringify(line)).toContain('KINGBUS_KEYS_JSON: expected JSON');
    expect(JSON.stringify(line)).not.toContain('not-a-key');
  });
});

describe('the bindings', () => {
  const good = {
    ...workerBindings(keysDirectory),
    HYPERDRIVE: { connectionString: 'mysql://kingbus:secret@hyperdrive.local:3306/kingbus?ssl-mode=disabled' },
  };

  it('become settings', () => {
    const { databaseUrl, settings, privateKeys } = readConfig({ ...good, KINGBUS_ENV: '', REDIS_URL: '' });
    expect(databaseUrl).toBe('mysql://kingbus:secret@hyperdrive.local:3306/kingbus');
    expect(settings.environment).toBe('production');
    expect(settings.allowedOrigins.size).toBe(2);
    expect(privateKeys).toHaveLength(1);
  });

  it.each([
    ['HYPERDRIVE', undefined],
    ['KINGBUS_KEYS_JSON', undefined],
    ['KINGBUS_KEYS_JSON', '[]'],
    ['KINGBUS_KEYS_JSON', '{"kty":"OKP","d":"5ecret"}'],
    ['KINGBUS_PUBLIC_ORIGIN', 'kingbus'],
    ['KINGBUS_ENV', 'staging'],
    ['REDIS_URL', 'http://user:5ecret@redis'],
  ])('are refused by name: %s = %s', (name, value) => {
    const read = () => readConfig({ ...good, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow(/5ecret/u);
  });
});
