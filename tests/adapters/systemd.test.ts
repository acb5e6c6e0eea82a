import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { takePassedSocket } from '../../adapters/node/systemd/passed-socket.ts';
import { checkout } from '../../local/folder.ts';
import { accepts, freePort } from '../../local/servers/ports.ts';
import { program } from '../../local/tools/tools.ts';
import { firstOf } from '../support/everywhere.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

describe('the variables of sd_listen_fds(3)', () => {
  test.each<[what: string, variables: NodeJS.ProcessEnv, result: number | undefined]>([
    ['none', {}, undefined],
    ['one socket', { LISTEN_PID: '42', LISTEN_FDS: '1', LISTEN_FDNAMES: 'http' }, 3],
    ['one socket without a name', { LISTEN_PID: '42', LISTEN_FDS: '1' }, 3],
    ['for another process', { LISTEN_PID: '43', LISTEN_FDS: '1' }, undefined],
    ['no socket', { LISTEN_PID: '42', LISTEN_FDS: '0' }, undefined],
  ])('%s', (_what, variables, result) => {
    const environment = { ...variables, PATH: '/bin' };
    expect(takePassedSocket(environment, 42)).toBe(result);
    expect(environment).toEqual({ PATH: '/bin' });
  });

  test.each(['2', '-1', 'x'])('%s sockets are refused', (count) => {
    expect(() => takePassedSocket({ LISTEN_PID: '42', LISTEN_FDS: count, LISTEN_FDNAMES: 'a:b' }, 42)).toThrow(
      `systemd passed ${count} sockets (a:b)`,
    );
  });
});

describe.runIf(process.platform === 'linux')('a process under systemd', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-systemd-'))));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill();
    rmSync(folder, { recursive: true });
  });

  test.each(firstOf(2, ['http', 'chat', 'single']))(
    '%s answers whoever came before it ran, at the socket that it was passed',
    async (name) => {
      const port = await freePort();
      const environment = productEnvironment(inject('databaseUrl'));
      // It starts the process when the first connection comes, which waits in the queue, as in a restart.
      const holder = spawn(
        program('systemd-socket-activate'),
        [
          `--listen=127.0.0.1:${port}`,
          `--fdname=${name}`,
          ...Object.entries(environment).map(([key, value]) => `--setenv=${key}=${value}`),
          process.execPath,
          `adapters/node/${name}.ts`,
        ],
        { cwd: checkout, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      children.push(holder);
      await once(holder.stderr, 'data');
      const answers = await Promise.all(
        Array.from({ length: 5 }, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status),
      );
      expect(answers).toEqual([200, 200, 200, 200, 200]);
      holder.kill('SIGTERM');
      expect(await once(holder, 'exit')).toEqual([0, null]);
      expect(await accepts(port)).toBe(false);
    },
  );

  test('says when it is ready, that it lives, that it reads anew and that it stops', async () => {
    const heard = hear();
    await heard.listens;
    const http = await startProduct(
      'adapters/node/http.ts',
      { ...productEnvironment(inject('databaseUrl')), NOTIFY_SOCKET: heard.path, WATCHDOG_USEC: '200000' },
      join(testSettings().runFolder, 'http-notifies.log'),
    );
    await expect.poll(heard.words).toMatch(/^READY=1(?:BARRIER=1)?(?:WATCHDOG=1(?:BARRIER=1)?){2}/u);
    process.kill(http.pid, 'SIGHUP');
    await expect.poll(heard.words).toMatch(/RELOADING=1\nMONOTONIC_USEC=\d+.*READY=1/su);
    expect((await fetch(`${http.origin}/readyz`)).status).toBe(200);
    expect(await http.stop()).toBe(0);
    await expect.poll(heard.words).toMatch(/STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000/u);
  });

  test('goes on where systemd does not hear', async () => {
    const http = await startProduct(
      'adapters/node/http.ts',
      { ...productEnvironment(inject('databaseUrl')), NOTIFY_SOCKET: join(folder, 'nobody') },
      join(testSettings().runFolder, 'http-unheard.log'),
    );
    expect(await http.stop()).toBe(0);
  });

  /** What is said to a socket such as systemd's: one word after the other, as each datagram has them. */
  function hear(): { path: string; listens: Promise<unknown>; words: () => string } {
    const path = join(folder, 'notify');
    const listener = spawn(
      program('systemd-socket-activate'),
      ['--datagram', `--listen=${path}`, 'sh', '-c', 'cat <&3'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    children.push(listener);
    let said = '';
    listener.stdout.on('data', (data: Buffer) => (said += String(data)));
    return { path, listens: once(listener.stderr, 'data'), words: () => said };
  }
});
