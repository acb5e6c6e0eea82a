import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { markFileDeleted } from '../../db/files.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { collectOrphanFiles } from '../../functions/files/collect-orphans.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { storeFile } from '../../functions/files/store-file.ts';
import { toInstant } from '../../functions/instant.ts';
import type { Files } from '../../functions/ports.ts';
import type { FileId, VehicleId } from '../../schema/ids.ts';
import { vehiclePhotos } from '../../schema/vehicles.ts';
import { patterned, streamOf } from '../ports/bodies.ts';
import { attach, hour, openFilesDatabase, rowsOf } from './files-database.ts';

const nothing = { removed: 0, failed: 0 };

describe('collecting files that nobody uses', () => {
  let opened: Awaited<ReturnType<typeof openFilesDatabase>>;
  beforeAll(async () => {
    opened = await openFilesDatabase();
  });
  afterEach(() => opened.clear());
  afterAll(() => opened.close());

  const collect = (files: Partial<Files> = {}) =>
    collectOrphanFiles({ ...opened.ports, files: { ...opened.ports.files, ...files } });
  const now = () => toInstant(opened.time.now);

  /** Files that were sent `ago` milliseconds ago. */
  async function send(count: number, ago: number): Promise<FileId[]> {
    const { ports, time, ownerId } = opened;
    const file = { ownerId, purpose: 'order_attachment', class: 'private', type: 'image/png', maxBytes: 10 } as const;
    const clock = { now: () => time.now - ago };
    const ids: FileId[] = [];
    for (let index = 0; index < count; index++) {
      ids.push((await storeFile({ ...ports, clock }, file, streamOf(patterned(10), 10))).id);
    }
    return ids;
  }

  /** Which files have a row, and that exactly those have bytes. */
  async function left(keys: Map<string, FileId>): Promise<FileId[]> {
    const ids = (await rowsOf(opened.ports.db)).map(({ id }) => id);
    for (const [key, id] of keys) {
      const found = await opened.ports.files.open(key as never);
      await found?.body.cancel();
      expect({ id, stored: found !== undefined }).toEqual({ id, stored: ids.includes(id) });
    }
    return ids;
  }
  const keysNow = async () => new Map((await rowsOf(opened.ports.db)).map(({ key, id }) => [key as string, id]));

  it('takes those an hour old, and leaves younger ones and those in use', async () => {
    await send(2, hour + 1);
    const [used = '' as FileId] = await send(1, 2 * hour);
    const young = await send(1, hour - 1);
    expect(await attach(opened.ports.db, used, opened.ownerId, now())).toBe(true);
    const keys = await keysNow();
    expect(await collect()).toEqual({ removed: 2, failed: 0 });
    expect(await left(keys)).toEqual([used, ...young]);
    expect(await collect()).toEqual(nothing);
    opened.time.now += 2;
    expect(await collect()).toEqual({ removed: 1, failed: 0 });
    expect(await left(keys)).toEqual([used]);
  });

  it('takes what was deleted, whether it was in use or not', async () => {
    const { db } = opened.ports;
    const [used = '' as FileId, young = '' as FileId, other] = await send(3, 0);
    await attach(db, used, opened.ownerId, now());
    for (const id of [used, young]) {
      expect(await transaction(db, (tx) => markFileDeleted(tx, id, opened.ownerId, now()))).toBe(true);
      expect(await transaction(db, (tx) => markFileDeleted(tx, id, opened.ownerId, now()))).toBe(false);
    }
    const keys = await keysNow();
    expect(await collect()).toEqual({ removed: 2, failed: 0 });
    expect(await left(keys)).toEqual([other]);
  });

  it('takes more than a statement does, also when two do it at once', async () => {
    await send(230, 2 * hour);
    const keys = await keysNow();
    const counts = await Promise.all([collect(), collect()]);
    expect(counts.every(({ failed }) => failed === 0)).toBe(true);
    expect(counts.reduce((sum, { removed }) => sum + removed, 0)).toBeGreaterThanOrEqual(230);
    expect(await left(keys)).toEqual([]);
  });

  it.each([
    ['before the bytes of one go', async () => {}],
    ['after they went', (key: Parameters<Files['delete']>[0]) => opened.ports.files.delete(key)],
  ])('is finished by the next run when the process ends %s', async (_when, before) => {
    await send(3, 2 * hour);
    const keys = await keysNow();
    const [, second] = [...keys.keys()];
    const reached = Promise.withResolvers<void>();
    // What never answers here, is never answered in a process that has ended.
    const dying = collect({
      async delete(key) {
        if (key !== second) return opened.ports.files.delete(key);
        await before(key);
        reached.resolve();
        return new Promise(() => {});
      },
    });
    await Promise.race([reached.promise, dying]);
    expect(await rowsOf(opened.ports.db)).toHaveLength(3);
    expect((await collect()).removed).toBe(3);
    expect(await left(keys)).toEqual([]);
  });

  it('goes on after a file that cannot be removed, and tries it again the next time', async () => {
    const [, second = '' as FileId] = await send(3, 2 * hour);
    const keys = await keysNow();
    const refuse: Partial<Files> = {
      delete: (key) =>
        keys.get(key) === second ? Promise.reject(new FilesUnavailable('no')) : opened.ports.files.delete(key),
    };
    expect(await collect(refuse)).toEqual({ removed: 2, failed: 1 });
    expect(opened.warnings).toEqual([{ err: expect.any(FilesUnavailable), fileId: second }]);
    expect(await left(keys)).toEqual([second]);
    expect(await collect()).toEqual({ removed: 1, failed: 0 });
  });

  it('stops when the storage is away, and loses nothing', async () => {
    await send(30, 2 * hour);
    const keys = await keysNow();
    let asked = 0;
    const away: Partial<Files> = {
      delete(key) {
        asked++;
        return asked > 3 ? Promise.reject(new FilesUnavailable('away')) : opened.ports.files.delete(key);
      },
    };
    await expect(collect(away)).rejects.toThrow(FilesUnavailable);
    expect(asked).toBe(8);
    expect(await left(keys)).toHaveLength(27);
    expect(await collect()).toEqual({ removed: 27, failed: 0 });
    expect(await left(keys)).toEqual([]);
  });

  it('keeps the row of one that something still refers to, says so, and takes the others', async () => {
    const { db } = opened.ports;
    const [referred = '' as FileId, ...others] = await send(3, 2 * hour);
    await transaction(db, async (tx) => {
      // Of the photo alone: the vehicle matters to nobody here.
      await tx.execute(sql`set foreign_key_checks = 0`);
      await tx
        .insert(vehiclePhotos)
        .values({ vehicleId: opened.ports.newId<VehicleId>(), position: 0, fileId: referred });
      await tx.execute(sql`set foreign_key_checks = 1`);
    });
    expect(await collect()).toEqual({ removed: others.length, failed: 1 });
    expect(opened.errors).toEqual([{ fileIds: [referred] }]);
    expect((await rowsOf(db)).map(({ id }) => id)).toEqual([referred]);
    await db.delete(vehiclePhotos);
    expect(await collect()).toEqual({ removed: 1, failed: 0 });
  });

  it('and a change that uses one at that moment: it is used and stays, or it is gone', async () => {
    const ids = await send(40, 2 * hour);
    const keys = await keysNow();
    const [used] = await Promise.all([
      Promise.all(ids.map((id) => attach(opened.ports.db, id, opened.ownerId, now()))),
      collect(),
    ]);
    expect(await left(keys)).toEqual(ids.filter((_id, index) => used[index]));
  });
});
