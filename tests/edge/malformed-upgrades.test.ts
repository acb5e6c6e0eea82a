import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { build } from '../../local/deploy-edge/build.ts';
import { createWrangler } from '../../local/deploy-edge/wrangler.ts';
import { checkout } from '../../local/folder.ts';
import { endingWithUs } from '../../local/servers/leftovers.ts';
import { freePort } from '../../local/servers/ports.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { workerdCommand } from '../faults/edge/workerd.ts';
import { openSocket, chatUrlOf } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { workerBindings } from '../support/servers/edge-worker.ts';
import { password, validCustomer } from '../support/people/people.ts';
import { brokenHandshakes, brokenPaths, dial, frame, statusOf, upgrade } from '../support/clients/raw-socket.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

/**
 * What a hostile client can do to an upgrade, over raw TCP, as tests/chat/malformed-upgrades.test.ts does it to Node. Here
 * with nothing before workerd, where the platform would refuse some of it itself.
 */
describe('workerd and the Worker', () => {
  const { databaseUrl, keysDirectory, runFolder } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let workerd: ChildProcess;
  let output = '';
  let origin: string;
  /** Of whoever is hostile, and of whoever is not. */
  let token: string;
  let bystander: string;

  beforeAll(async () => {
    const folder = join(runFolder, 'malformed-edge');
    mkdirSync(folder, { recursive: true });
    database = await createTestDatabase(databaseUrl);
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const config = `--config=${join(checkout, 'adapters/edge/wrangler.jsonc')}`;
    await build(createWrangler(new AbortController().signal), [config, '--env='], folder);
    const module = join(folder, 'modules/worker.js');
    const bindings = workerBindings(keysDirectory);
    const command = workerdCommand({ folder, module, port, databaseUrl: database.url, bindings });
    workerd = spawn(...endingWithUs(command.program, command.arguments), { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [workerd.stdout, workerd.stderr]) stream?.on('data', (data: Buffer) => (output += data));
    await vi.waitFor(async () => expect((await fetch(`${origin}/healthz`)).status).toBe(200), { timeout: 20_000 });
    [token, bystander] = [await newToken(), await newToken()];
  });
  afterAll(async () => {
    // In peace it would wait for the connections that were broken on purpose.
    const ended = once(workerd, 'exit');
    workerd.kill('SIGKILL');
    await ended;
    await database?.drop();
  });

  async function newToken(): Promise<string> {
    const client = new Client(undefined, origin);
    const registration = validCustomer();
    await client.post('/v1/accounts', registration);
    const { username } = registration;
    return (await client.post<Session>('/v1/sessions', { username, password })).body.accessToken;
  }

  const authorized = () => `Authorization: Bearer ${token}\r\n`;

  /** It still serves, it is the same process, and nothing went wrong in the Worker. */
  async function expectAlive(): Promise<void> {
    const chat = await openSocket(chatUrlOf(origin), ['kingbus.v1', `bearer.${bystander}`]);
    chat.send({ type: 'sync' });
    await chat.next('ready');
    await chat.close();
    expect(workerd.exitCode ?? workerd.signalCode).toBeNull();
    expect(output).not.toMatch(/uncaught|"level":"error"/iu);
  }

  async function dialReady(): Promise<Socket> {
    const socket = await dial(origin);
    socket.write(upgrade({ headers: authorized() }));
    expect(await statusOf(socket)).toBe('HTTP/1.1 101 Switching Protocols');
    return socket;
  }

  it('answer `Upgrade: foo` as the request it is, and outlive its reset', async () => {
    for (let time = 0; time < 20; time++) {
      const socket = await dial(origin);
      socket.write(upgrade({ to: 'foo' }));
      if (time > 0) socket.resetAndDestroy();
      else expect(await statusOf(socket)).toBe('HTTP/1.1 426 Upgrade Required');
      socket.destroy();
    }
    await expectAlive();
  });

  it('answer paths that are no path', async () => {
    for (const path of brokenPaths) {
      const socket = await dial(origin);
      socket.write(upgrade({ path }));
      expect.soft(await statusOf(socket), path).toMatch(/^HTTP\/1\.1 [24]\d\d /u);
      socket.destroy();
    }
    await expectAlive();
  });

  it('refuse broken handshakes: no key, a bad version, a bad host, two upgrades', async () => {
    for (const request of brokenHandshakes(authorized())) {
      const socket = await dial(origin);
      socket.write(request);
      expect.soft(await statusOf(socket), request).toMatch(/^HTTP\/1\.1 4\d\d /u);
      socket.destroy();
    }
    await expectAlive();
  });

  it('outlive resets: while a token is checked, and in the middle of a frame', async () => {
    for (let time = 0; time < 20; time++) {
      const socket = await dial(origin);
      const strange = `${token.slice(0, -8)}${String(time).padStart(8, 'A')}`;
      socket.write(upgrade({ headers: time % 2 === 0 ? authorized() : `Authorization: Bearer ${strange}\r\n` }));
      socket.resetAndDestroy();
    }
    for (let time = 0; time < 5; time++) {
      const socket = await dialReady();
      socket.write(frame(1, Buffer.alloc(1000, 'x')).subarray(0, 500));
      socket.resetAndDestroy();
    }
    await expectAlive();
  });

  it('outlive frames that break the protocol', async () => {
    const frames = [
      frame(1, Buffer.alloc(1024 * 1024, 'x')),
      frame(1, Buffer.from([0xff, 0xfe, 0xfd])),
      frame(1, Buffer.from('{"type":"sync"}'), { masked: false }),
      frame(3, Buffer.from('x')),
      frame(8, Buffer.from('x')),
    ];
    for (const bytes of frames) {
      const socket = await dialReady();
      socket.end(bytes);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      socket.destroy();
    }
    await expectAlive();
  });
});
