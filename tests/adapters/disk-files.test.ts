import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import { openFiles } from '../../adapters/node/open-files.ts';
import { FilesUnavailable, FileTooLarge, RangeNotSatisfiable } from '../../functions/files/file-errors.ts';
import { newFileKey } from '../../functions/files/file-key.ts';
import type { Files } from '../../functions/ports.ts';
import type { FileKey } from '../../schema/ids.ts';
import { bytesOf, patterned, streamOf } from '../ports/bodies.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const options = { maxBytes: 2 ** 20, type: 'application/octet-stream' };
const putter = new URL('put-on-disk.ts', import.meta.url).pathname;

describe('files in a folder', () => {
  let root: string;
  let files: Files;
  let key: FileKey;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kingbus-files-'));
    files = createDiskFiles(root);
    key = newFileKey();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const put = (length = 200_000) => files.put(key, streamOf(patterned(length), 65_536), options);
  const names = () => readdirSync(root, { recursive: true, encoding: 'utf8' });
  const mode = (...path: string[]) => (statSync(join(root, ...path)).mode & 0o777).toString(8);
  const openHandles = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
      } catch {
        return false;
      }
    });

  it('are for this user alone, whatever the umask, two folders deep', async () => {
    const umask = process.umask(0);
    await put().finally(() => process.umask(umask));
    const [first, second] = [key.slice(0, 2), key.slice(2, 4)];
    expect(names().toSorted()).toEqual([first, join(first, second), join(first, second, key)]);
    expect([mode(first), mode(first, second), mode(first, second, key)]).toEqual(['700', '700', '600']);
  });

  it('have a folder made for them, for this user alone', async () => {
    const folder = join(root, 'of', 'files');
    const umask = process.umask(0);
    await openFiles({ folder }, log).finally(() => process.umask(umask));
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  });

  it('are no longer there for nobody when the disk is gone: that is an outage, and nothing is made in its place', async () => {
    await put();
    rmSync(root, { recursive: true });
    await expect(put()).rejects.toThrow(FilesUnavailable);
    await expect(files.open(key)).rejects.toThrow(FilesUnavailable);
    await expect(files.open(key, { first: 0 })).rejects.toThrow(FilesUnavailable);
    await expect(files.delete(key)).rejects.toThrow(FilesUnavailable);
    expect(statSync(root, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('keep none open: not those that were read, left in the middle, asked for in vain, or too long', async () => {
    await put();
    await bytesOf((await files.open(key))?.body);
    const reader = (await files.open(key))?.body.getReader();
    await reader?.read();
    expect(openHandles()).toHaveLength(1);
    await reader?.cancel();
    await (await files.open(key, { first: 5 }))?.body.cancel();
    await expect(files.open(key, { first: 200_000 })).rejects.toThrow(RangeNotSatisfiable);
    key = newFileKey();
    await expect(put(options.maxBytes + 1)).rejects.toThrow(FileTooLarge);
    expect(openHandles()).toEqual([]);
  });

  it('fail to be read, rather than end, when they become shorter', async () => {
    await put();
    const reader = (await files.open(key))?.body.getReader();
    await reader?.read();
    truncateSync(join(root, key.slice(0, 2), key.slice(2, 4), key), 65_536);
    await expect(reader?.read()).rejects.toThrow(FilesUnavailable);
    expect(openHandles()).toEqual([]);
  });

  it('that a killed process never finished do not show, and go when their key is deleted', async () => {
    const child = execa(process.execPath, [putter, root, key, '300000'], { reject: false });
    const unfinished = () => names().filter((name) => name.includes(key));
    await vi.waitFor(() => {
      const [name] = unfinished();
      expect(statSync(join(root, name ?? '-')).size).toBe(300_000);
    }, 10_000);
    child.kill('SIGKILL');
    await child;
    expect(unfinished()).toHaveLength(1);
    expect(await files.open(key)).toBeUndefined();
    await files.delete(key);
    expect(unfinished()).toEqual([]);
  });

  it('for which there is no room leave nothing, and are an outage', async () => {
    // Blocks of 1 KiB: beyond 100 of them the kernel refuses to write (EFBIG), as it does on a full disk (ENOSPC).
    const { stdout } = await execa('bash', [
      '-c',
      `ulimit -f 100; exec "$@"`,
      '-',
      process.execPath,
      putter,
      root,
      key,
      '300000',
    ]);
    expect(stdout).toMatch(/^FilesUnavailable: Error: EFBIG/u);
    expect(names().filter((name) => name.includes(key))).toEqual([]);
  });
});
