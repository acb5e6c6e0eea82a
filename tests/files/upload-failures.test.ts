import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { WorkFolder } from '../../adapters/node/work-folder.ts';
import { collectOrphanFiles } from '../../functions/files/collect-orphans.ts';
import { eraseFile } from '../../functions/files/erase-file.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { fileProblem } from '../../functions/files/file-problem.ts';
import { uploadFile } from '../../functions/files/upload-file.ts';
import { change } from '../../functions/changes/change.ts';
import type { AccountActor } from '../../functions/identity/actor.ts';
import type { FileId, SessionId } from '../../schema/ids.ts';
import { breakingAfter, Gate, streamOf } from '../ports/bodies.ts';
import { jpeg, pdf } from '../support/pictures.ts';
import { testPorts } from '../support/ports.ts';
import { hour, openFilesDatabase, rowsOf } from './files-database.ts';

describe('an upload that fails', () => {
  let opened: Awaited<ReturnType<typeof openFilesDatabase>>;
  let work: string;
  let ports: Awaited<ReturnType<typeof testPorts>>['ports'];
  let actor: AccountActor;
  beforeAll(async () => {
    opened = await openFilesDatabase();
    work = await mkdtemp(join(tmpdir(), 'kingbus-failures-'));
    ({ ports } = await testPorts({ ...opened.ports, pictures: createNodePictures(new WorkFolder(work)) }));
    actor = {
      kind: 'account',
      accountId: opened.ownerId,
      role: 'customer',
      sessionId: 'session' as SessionId,
      expiresAt: Number.POSITIVE_INFINITY,
      address: '192.0.2.1',
      requestId: 'test',
      mustBeActive: false,
    };
  });
  afterEach(() => opened.clear());
  afterAll(async () => {
    await opened.close();
    await rm(work, { recursive: true });
  });

  const upload = (
    bytes: ReadableStream<Uint8Array>,
    more: Partial<typeof ports> = {},
    role: AccountActor['role'] = 'customer',
  ) =>
    uploadFile(
      { ...ports, ...more },
      { ...actor, role },
      {
        purpose: role === 'driver' ? 'document' : 'profile_photo',
        file: { name: 'a', type: '', bytes },
      },
    );
  const put = (failure: Error): Partial<typeof ports> => ({
    files: {
      ...ports.files,
      async put() {
        throw failure;
      },
    },
  });
  const full = () => new FilesUnavailable('no', Object.assign(new Error('no space'), { code: 'ENOSPC' }));

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'because its client went away',
      async () => upload(breakingAfter(await jpeg(400, 400), 500, new Error('gone'))),
      'malformed_request',
    ],
    [
      'over a PDF whose client went away',
      () => upload(breakingAfter(pdf(), 20, new Error('gone')), {}, 'driver'),
      'malformed_request',
    ],
    ['on a full disk', async () => upload(streamOf(await jpeg(), 500), put(full())), 'storage_full'],
    [
      'while the storage is away',
      async () => upload(streamOf(await jpeg(), 500), put(new FilesUnavailable('away'))),
      'unavailable',
    ],
    [
      'because the picture is broken',
      async () => upload(streamOf((await jpeg(900, 900)).slice(0, 3000), 500)),
      'picture_unreadable',
    ],
    [
      'because it is too long',
      () => upload(streamOf(new Uint8Array(Buffer.concat([pdf(), Buffer.alloc(11 * 2 ** 20)])), 65_536), {}, 'driver'),
      'payload_too_large',
    ],
  ])('%s leaves nothing behind', async (_how, send, code) => {
    const error = await send().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(fileProblem(error)?.code).toBe(code);
    expect(await readdir(work)).toEqual([]);
    const [row] = await rowsOf(ports.db);
    expect(row).toMatchObject({ state: 'pending', sha256: null });
    expect(await ports.files.open(row?.key as never)).toBeUndefined();
    opened.time.now += hour + 1;
    expect(await collectOrphanFiles(ports)).toEqual({ removed: 1, failed: 0 });
    expect(await rowsOf(ports.db)).toEqual([]);
  });

  it('is answered 507 where no room is left: no waiting helps', () => {
    expect(fileProblem(full())?.code).toBe('storage_full');
    expect(fileProblem(full())?.extras.headers).toBeUndefined();
  });

  it('or is slow holds no connection', async () => {
    const gate = new Gate();
    const sent = upload(gate.after(await jpeg(), 100));
    await gate.reached;
    expect(ports.db.$client.load()).toEqual({ busy: 0, waiting: 0 });
    gate.open();
    expect(await sent).toMatchObject({ type: 'image/webp' });
  });

  it('and one that was taken in can be erased by a change, once: its bytes go', async () => {
    const { id } = await upload(streamOf(pdf(), 500), {}, 'driver');
    const [row] = await rowsOf(ports.db);
    const erase = () => change(ports, { kind: 'console' }, (tx, record) => eraseFile(tx, record, id as FileId));
    expect(await erase()).toBe(true);
    expect(await erase()).toBe(false);
    expect(await collectOrphanFiles(ports)).toEqual({ removed: 1, failed: 0 });
    expect(await ports.files.open(row?.key as never)).toBeUndefined();
  });
});
