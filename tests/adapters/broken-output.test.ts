import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { freePort } from '../../local/servers/ports.ts';
import { program } from '../../local/tools/tools.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';

let folder: string;
const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-terminal-'))));
afterEach(() => {
  if (existsSync(join(folder, 'pid')) && !existsSync(join(folder, 'code')))
    process.kill(Number(read('pid')), 'SIGKILL');
  rmSync(folder, { recursive: true });
});

const environmentAt = (port: number) => ({
  ...productEnvironment(inject('databaseUrl')),
  KINGBUS_LISTEN: `127.0.0.1:${port}`,
  PATH: process.env['PATH'],
});

const readiness = (port: number) => fetch(`http://127.0.0.1:${port}/readyz`).then(({ status }) => status, String);

/** A shell that tells its job, as shells do, that the terminal has gone away, and notes with which code it has ended then. */
const shell = `"$NODE" adapters/node/chat.ts & echo $! >"$FOLDER/pid"
trap 'kill -HUP $!' HUP
wait $!; wait $!
echo $? >"$FOLDER/code"`;

describe.runIf(process.platform === 'linux')('a process whose terminal goes away', () => {
  test.each(['test', 'development'])('stops as it does when it is told to (%s)', async (mode) => {
    const [port, customer, driver] = await Promise.all([freePort(), newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const terminal = spawn(program('script'), ['-qc', shell, '/dev/null'], {
      cwd: checkout,
      env: {
        ...environmentAt(port),
        KINGBUS_ENV: mode,
        KINGBUS_DRAIN_SECONDS: '1',
        NODE: process.execPath,
        FOLDER: folder,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await expect.poll(() => readiness(port), { timeout: 30_000 }).toBe(200);
    const chat = await connectTo(chatUrlOf(`http://127.0.0.1:${port}`), customer);
    terminal.kill('SIGKILL');
    await expect.poll(() => readiness(port)).toBe(503);
    // Meanwhile everyone is served as before.
    chat.send({ type: 'send', id: 'late', room, body: '아직 되나요?' });
    expect(await chat.next('ack')).toMatchObject({ id: 'late' });
    expect((await chat.next('bye')).reconnectAfter).toBeGreaterThanOrEqual(0);
    expect((await chat.closed).code).toBe(1012);
    await expect.poll(() => existsSync(join(folder, 'code')) && read('code')).toBe('0');
  });
});

describe.runIf(existsSync('/dev/full'))('a process whose log goes to a disk that is full', () => {
  test.each(['test', 'development'])('works, and stops when it is told to (%s)', async (mode) => {
    const port = await freePort();
    const full = openSync('/dev/full', 'w');
    const http = spawn(process.execPath, ['adapters/node/http.ts'], {
      cwd: checkout,
      env: { ...environmentAt(port), KINGBUS_ENV: mode },
      stdio: ['ignore', full, 'inherit'],
    });
    closeSync(full);
    onTestFinished(() => void http.kill('SIGKILL'));
    const ended = once(http, 'exit');
    await expect.poll(() => readiness(port), { timeout: 30_000 }).toBe(200);
    http.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
