import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { WorkFolder } from '../../adapters/node/work-folder.ts';
import { createApp } from '../../functions/app.ts';
import type { File as StoredFile } from '../../functions/files/file-schema.ts';
import { newDriver } from '../support/people/people.ts';
import { noisyJpeg, pdf } from '../support/pictures.ts';
import { testPorts } from '../support/ports.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MiB = 2 ** 20;
const chunkBytes = 64 * 1024;

/** What JavaScript holds at this moment, and nothing that it only has not thrown away yet. */
function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('an upload of ten megabytes', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'kingbus-upload-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  /** A form whose file is read from a disk as it is asked for; `look` is called between its chunks. */
  function formOf(purpose: string, handle: FileHandle, bytes: number, look: () => void): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let at = -1;
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (at === -1) {
            at = 0;
            const head =
              `--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n` +
              '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
            return controller.enqueue(encoder.encode(head));
          }
          if (at % (16 * chunkBytes) === 0) look();
          const { buffer, bytesRead } = await handle.read(new Uint8Array(chunkBytes), 0, chunkBytes, at);
          at += bytesRead;
          if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
          expect(at).toBe(bytes);
          controller.enqueue(encoder.encode('\r\n--b--\r\n'));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }

  it.each<[string, string, () => Promise<Uint8Array>]>([
    ['PDF', 'application/pdf', async () => new Uint8Array(Buffer.concat([pdf(), Buffer.alloc(10 * MiB - 1000, ' ')]))],
    ['photo', 'image/webp', () => noisyJpeg(3150, 3050)],
  ])('that is a %s holds less than two of memory, and no connection, while it streams', async (_what, type, make) => {
    const source = join(root, 'source');
    await writeFile(source, await make());
    const work = join(root, 'work');
    const { ports } = await testPorts({
      files: createDiskFiles(root),
      pictures: createNodePictures(new WorkFolder(work)),
      clock: { now: Date.now },
    });
    const app = createApp();
    const driver = await newDriver();
    const send = async (look: () => void) => {
      const handle = await open(source);
      const { size } = await handle.stat();
      expect(size).toBeGreaterThan(9 * MiB);
      const request = new Request('http://kingbus.test/v1/files', {
        method: 'POST',
        headers: { Authorization: `Bearer ${driver.token}`, 'Content-Type': 'multipart/form-data; boundary=b' },
        body: formOf('document', handle, size, look) as ReadableStream<Uint8Array<ArrayBuffer>>,
        ...({ duplex: 'half' } as object),
      });
      const response = await app.fetch(request, { ports, address: '192.0.2.1' });
      await handle.close();
      return { status: response.status, body: (await response.json()) as StoredFile };
    };
    // Whatever is loaded and compiled once, is by now.
    await send(() => {});

    const before = held();
    const seen: { bytes: number; busy: number }[] = [];
    const { status, body } = await send(() =>
      seen.push({ bytes: held() - before, busy: ports.db.$client.load().busy }),
    );
    expect({ status, type: body.type }).toEqual({ status: 201, type });
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.map(({ busy }) => busy)).toEqual(seen.map(() => 0));
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeLessThan(2 * MiB);
    if (type === 'image/webp') expect(await readdir(work)).toEqual([]);
  });
});
