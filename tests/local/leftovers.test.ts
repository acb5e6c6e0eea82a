import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { noteProcess, stopLeftover } from '../../local/servers/leftovers.ts';

const words = [process.execPath, '-e', 'process.stdin.resume()', 'a server of ours'];

describe('what a killed run left behind', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-leftovers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is stopped when the process is the one that was noted', async () => {
    const child = spawn(process.execPath, words.slice(1));
    await once(child, 'spawn');
    const ended = once(child, 'exit');
    noteProcess(folder, child.pid ?? 0, words);
    await stopLeftover(folder);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it.runIf(process.platform === 'linux')('is ended with what it started, when that has survived it', async () => {
    const child = [process.execPath, '-e', 'process.stdin.resume(); console.log("up")', checkout];
    const start = 'require("child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" })';
    const leader = spawn(process.execPath, ['-e', start, ...child], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(leader.stdout, 'data');
    const ended = once(leader, 'exit');
    leader.kill('SIGKILL');
    await ended;
    const outputClosed = once(leader.stdout, 'close');
    noteProcess(folder, leader.pid ?? 0, words);
    await stopLeftover(folder);
    await outputClosed;
  });

  it('is left alone when its process id has gone to a stranger', async () => {
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.once("data", () => process.exit(7))']);
    await once(stranger, 'spawn');
    const ended = once(stranger, 'exit');
    noteProcess(folder, stranger.pid ?? 0, words);
    await stopLeftover(folder);
    stranger.stdin.write('go\n');
    expect(await ended).toEqual([7, null]);
  });

  it('may be nothing', async () => {
    await stopLeftover(folder);
    await stopLeftover(join(folder, 'missing'));
  });
});
