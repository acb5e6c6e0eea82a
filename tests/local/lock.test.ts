import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolder, takeLock } from '../../local/lock.mjs';

describe('a lock file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-lock-'));
    file = join(folder, 'new folder', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is taken, and gone after its release', () => {
    const lock = takeLock(file);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('stays with a command of ours that runs, and says its process', async () => {
    takeLock(file);
    const holder = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'local/start.ts']);
    await once(holder, 'spawn');
    writeFileSync(file, String(holder.pid));
    expect(takeLock(file)).toEqual({ heldBy: holder.pid });
    holder.kill();
    await once(holder, 'exit');
    expect(takeLock(file)).toHaveProperty('release');
  });

  it('is taken over from a process id that has gone to a stranger', async () => {
    takeLock(file);
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(stranger, 'spawn');
    writeFileSync(file, String(stranger.pid));
    expect(takeLock(file)).toHaveProperty('release');
    stranger.kill();
  });

  it.each(['', 'no number', '-1'])('is taken over when it holds %j', (content) => {
    takeLock(file);
    writeFileSync(file, content);
    expect(lockHolder(file)).toBeUndefined();
    expect(takeLock(file)).toHaveProperty('release');
  });
});
