import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { transaction } from '../../db/engine/transaction.ts';
import { markFileDeleted, markFileReady } from '../../db/files.ts';
import { collectOrphanFiles } from '../../functions/files/collect-orphans.ts';
import { FileBodyFailed, FilesUnavailable, FileTooLarge } from '../../functions/files/file-errors.ts';
import { storeFile } from '../../functions/files/store-file.ts';
import { toInstant } from '../../functions/instant.ts';
import type { AccountId, FileId } from '../../schema/ids.ts';
import { breakingAfter, bytesOf, Gate, patterned, sha256Of, streamOf } from '../ports/bodies.ts';
import { attach, hour, openFilesDatabase, rowsOf } from './files-database.ts';

const bytes = patterned(1000);

describe('an upload', () => {
  let opened: Awaited<ReturnType<typeof openFilesDatabase>>;
  beforeAll(async () => {
    // As on the edge, where a request has one.
    opened = await openFilesDatabase(1);
  });
  afterEach(() => opened.clear());
  afterAll(() => opened.close());

  const store = (body = streamOf(bytes, 100), maxBytes = 1000) => {
    const { ownerId } = opened;
    const file = { ownerId, purpose: 'order_attachment', class: 'private', type: 'image/png', maxBytes } as const;
    return storeFile(opened.ports, file, body);
  };
  const now = () => toInstant(opened.time.now);
  const use = (id: FileId, ownerId = opened.ownerId) => attach(opened.ports.db, id, ownerId, now());

  it('is a pending row and its bytes, until a change uses it, once', async () => {
    const { db, files } = opened.ports;
    const stored = await store();
    expect(stored).toEqual({ id: stored.id, key: stored.key, bytes: 1000, sha256: await sha256Of(bytes) });
    const pending = {
      ...stored,
      ownerId: opened.ownerId,
      purpose: 'order_attachment',
      class: 'private',
      type: 'image/png',
      key: expect.stringMatching(/^[0-9a-f]{32}$/u),
      state: 'pending',
      name: null,
      width: null,
      height: null,
      roomId: null,
      createdAt: now(),
      attachedAt: null,
      deletedAt: null,
    };
    const [row] = await rowsOf(db);
    expect(row).toEqual(pending);
    expect(await bytesOf((await files.open(row?.key as never))?.body)).toEqual(bytes);
    opened.time.now += 60_000;
    expect(await use(stored.id)).toBe(true);
    expect(await rowsOf(db)).toEqual([{ ...pending, state: 'ready', attachedAt: now() }]);
    expect(await use(stored.id)).toBe(false);
  });

  it('is used by its owner alone, and for its purpose', async () => {
    const { db } = opened.ports;
    const { id } = await store();
    expect(await use(id, opened.ports.newId<AccountId>())).toBe(false);
    const file = { id, ownerId: opened.ownerId, purpose: 'vehicle_photo' } as const;
    expect(await transaction(db, (tx) => markFileReady(tx, file, now()))).toBe(false);
    expect(await use(opened.ports.newId<FileId>())).toBe(false);
    expect(await use(id)).toBe(true);
  });

  it('that its owner deleted is used by nobody any more, and nobody else deletes it', async () => {
    const { db, newId } = opened.ports;
    const { id } = await store();
    const remove = (ownerId: AccountId) => transaction(db, (tx) => markFileDeleted(tx, id, ownerId, now()));
    expect(await remove(newId<AccountId>())).toBe(false);
    expect(await remove(opened.ownerId)).toBe(true);
    expect(await use(id)).toBe(false);
    expect(await rowsOf(db)).toMatchObject([{ state: 'pending', deletedAt: now() }]);
  });

  it.each<[string, () => Promise<unknown>, new (...rest: never[]) => Error]>([
    ['is too long', () => store(undefined, 999), FileTooLarge],
    ['breaks off', () => store(breakingAfter(bytes, 100, new Error('gone'))), FileBodyFailed],
  ])('that %s can never be used, and is collected', async (_how, put, failure) => {
    await expect(put()).rejects.toThrow(failure);
    const [row] = await rowsOf(opened.ports.db);
    expect(row).toMatchObject({ state: 'pending', bytes: null, sha256: null });
    expect(await use(row?.id as FileId)).toBe(false);
    opened.time.now += hour + 1;
    expect(await collectOrphanFiles(opened.ports)).toEqual({ removed: 1, failed: 0 });
    expect(await rowsOf(opened.ports.db)).toEqual([]);
  });

  it('holds no connection while it streams', async () => {
    const { db } = opened.ports;
    const gate = new Gate();
    const stored = store(gate.after(bytes, 100));
    await gate.reached;
    expect(db.$client.load()).toEqual({ busy: 0, waiting: 0 });
    // There is one, and it is free.
    expect(await transaction(db, (tx) => rowsOf(tx as never))).toHaveLength(1);
    gate.open();
    expect((await stored).bytes).toBe(1000);
  });

  it('that outlasts the patience of the job fails, and leaves no bytes that nobody knows of', async () => {
    const { db, files } = opened.ports;
    const gate = new Gate();
    const stored = store(gate.after(bytes, 100));
    await gate.reached;
    const [row] = await rowsOf(db);
    opened.time.now += hour + 1;
    expect(await collectOrphanFiles(opened.ports)).toEqual({ removed: 1, failed: 0 });
    gate.open();
    await expect(stored).rejects.toThrow(FilesUnavailable);
    expect(await files.open(row?.key as never)).toBeUndefined();
    expect(await rowsOf(db)).toEqual([]);
  });
});
