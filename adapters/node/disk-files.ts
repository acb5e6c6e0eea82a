import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolveRange } from '../../functions/files/byte-range.ts';
import type { Files } from '../../functions/ports.ts';
import type { FileKey } from '../../schema/ids.ts';
import { checkedKey } from '../shared/checked-key.ts';
import { filesFailure } from '../shared/files-failure.ts';
import { readMeasured } from '../shared/measured-body.ts';
import type { MeasuredBody } from '../shared/measured-body.ts';
import { streamFile } from './stream-file.ts';
import { writeAll } from './write-all.ts';

/**
 * Files in a folder of this machine, which has to exist, 65,536 folders below it, so that none grows large. Several processes
 * may share it, over a network file system too. All is for this user alone.
 */
export function createDiskFiles(root: string): Files {
  const folderOf = (key: FileKey) => join(root, key.slice(0, 2), key.slice(2, 4));
  const pathOf = (key: FileKey) => join(folderOf(key), checkedKey(key));

  /** A missing file is one thing, a missing folder of all files another: an unmounted disk has lost nothing. */
  async function unlessMissing<Value>(value: Promise<Value>): Promise<Value | undefined> {
    try {
      return await value;
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      await access(root);
      return undefined;
    }
  }

  return {
    async put(key, body, { maxBytes }) {
      const path = pathOf(key);
      return readMeasured(body, maxBytes, async (measured) => {
        // Beside the file, and by its name: `delete` finds what a killed process left.
        const unfinished = `${path}.${randomUUID()}${suffix}`;
        try {
          await makeFolder(root, dirname(path));
          await write(unfinished, measured);
          await rename(unfinished, path);
          await sync(dirname(path));
          return measured.measure();
        } catch (error) {
          await rm(unfinished, { force: true }).catch(() => {});
          throw error;
        }
      }).catch(unavailable);
    },

    async open(key, range) {
      const path = pathOf(key);
      const handle = await unlessMissing(open(path)).catch(unavailable);
      if (!handle) return undefined;
      try {
        const { size } = await handle.stat();
        const resolved = range && resolveRange(range, size);
        return { body: streamFile(handle, resolved ?? { first: 0, last: size - 1 }), bytes: size, range: resolved };
      } catch (error) {
        await handle.close();
        return unavailable(error);
      }
    },

    async delete(key) {
      const [path, folder] = [pathOf(key), folderOf(key)];
      try {
        const names = (await unlessMissing(readdir(folder))) ?? [];
        const own = names.filter((name) => name === key || (name.startsWith(`${key}.`) && name.endsWith(suffix)));
        await Promise.all(own.map((name) => rm(join(folder, name), { force: true })));
        if (own.length > 0) await sync(dirname(path));
      } catch (error) {
        unavailable(error);
      }
    },
  };
}

const suffix = '.unfinished';

/** The two folders of a file. Never the root: where that is gone, the disk is. */
async function makeFolder(root: string, folder: string): Promise<void> {
  for (const each of [dirname(folder), folder]) {
    try {
      await mkdir(each, { mode: 0o700 });
    } catch (error) {
      if (isCode(error, 'EEXIST')) continue;
      throw error;
    }
    await sync(dirname(each));
  }
}

async function write(path: string, body: MeasuredBody): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for (let chunk = await body.next(); chunk; chunk = await body.next()) await writeAll(handle, chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name is as durable as its folder. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const unavailable = filesFailure('the folder of files cannot be used');
