import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { freePort } from '../../local/servers/ports.ts';
import { firstOf } from '../support/everywhere.ts';

describe('npm start, when it cannot', { timeout: 30_000 }, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-start-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function start(environment: Record<string, string>) {
    const port = String(await freePort());
    return execa(process.execPath, ['local/start.ts'], {
      cwd: checkout,
      env: { KINGBUS_HOME: join(folder, 'home'), KINGBUS_PORT: port, ...environment },
      all: true,
      reject: false,
    });
  }

  it('says which port is taken, by whom, and how to take another', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode, all } = await start({ KINGBUS_PORT: String(port) });
    server.close();
    expect(all).toContain(`Port ${port} is taken by process ${process.pid}`);
    expect(all).toContain(`KINGBUS_PORT=${port + 10} npm start`);
    expect(exitCode).toBe(1);
    expect(existsSync(join(folder, 'home', 'lock'))).toBe(false);
  });

  it.each(firstOf(1, ['0', '65536', 'http', '80.5']))('refuses the port %s', async (port) => {
    const { exitCode, all } = await start({ KINGBUS_PORT: port });
    expect(all).toContain(`KINGBUS_PORT is ${port}`);
    expect(exitCode).toBe(1);
  });

  it('says that another start has the folder', async () => {
    const holder = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'local/start.ts']);
    await once(holder, 'spawn');
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'home', 'lock'), String(holder.pid));
    const { exitCode, all } = await start({});
    holder.kill();
    expect(all).toContain(`KingBus runs already from ${join(folder, 'home')}: process ${holder.pid}`);
    expect(exitCode).toBe(1);
  });

  it('says that a file is in the way of its folder', async () => {
    writeFileSync(join(folder, 'home'), '');
    const { exitCode, all } = await start({});
    expect(all).toContain(`${join(folder, 'home')} is in the way`);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['DATABASE_URL', 'mysql://someone:pass-word@127.0.0.1:1/kingbus'],
    ['REDIS_URL', 'redis://:pass-word@127.0.0.1:1'],
  ])('says that the server of %s does not answer, without its password', async (variable, url) => {
    const { exitCode, all } = await start({ DATABASE_URL: process.env['DATABASE_URL'] ?? '', [variable]: url });
    expect(all).toContain(`The server at 127.0.0.1:1 that ${variable} names cannot be used`);
    expect(all).not.toContain('pass-word');
    expect(exitCode).toBe(1);
  });
});
