import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FileBodyFailed, FileTooLarge, RangeNotSatisfiable } from '../../functions/files/file-errors.ts';
import { newFileKey } from '../../functions/files/file-key.ts';
import type { Files } from '../../functions/ports.ts';
import type { FileKey } from '../../schema/ids.ts';
import { breakingAfter, bytesOf, Gate, patterned, sha256Of, Source, streamOf } from './bodies.ts';

export interface Storage {
  files: Files;
  /** What a put left that shows under no key: temporary files, uploads that are neither complete nor aborted. */
  unfinished(): Promise<unknown[]>;
  close(): Promise<void>;
}

const MiB = 2 ** 20;
const type = 'application/octet-stream';
const roomy = { maxBytes: 64 * MiB, type };

/** Lengths and chunks around what the adapters cut at: 64 KiB of a disk's reads, 5 MiB of an object's parts. */
const bodies: [bytes: number, chunk: number][] = [
  [0, 1],
  [1, 1],
  [1000, 7],
  [65_536, 4096],
  [65_537, 65_537],
  [5 * MiB, 65_536],
  [5 * MiB + 1, 70_001],
  [11 * MiB, 16 * MiB],
];

const text = '0123456789';
/** Of ten bytes: the range, the positions that it takes, the bytes. */
const ranges: [range: Parameters<Files['open']>[1], first: number, last: number, found: string][] = [
  [{ first: 0 }, 0, 9, text],
  [{ first: 0, last: 0 }, 0, 0, '0'],
  [{ first: 3, last: 5 }, 3, 5, '345'],
  [{ first: 9 }, 9, 9, '9'],
  [{ first: 4, last: 9 }, 4, 9, '456789'],
  [{ first: 4, last: 4000 }, 4, 9, '456789'],
  [{ suffixLength: 1 }, 9, 9, '9'],
  [{ suffixLength: 10 }, 0, 9, text],
  [{ suffixLength: 4000 }, 0, 9, text],
];

/** What every implementation of the port promises (functions/ports.ts), in whatever runtime it has. */
export function describeFiles(name: string, openStorage: () => Promise<Storage>): void {
  describe(`files: ${name}`, () => {
    let storage: Storage;
    let files: Files;
    let key: FileKey;
    beforeAll(async () => {
      storage = await openStorage();
      ({ files } = storage);
    });
    afterAll(() => storage?.close());
    beforeEach(() => {
      key = newFileKey();
    });

    const nothingIsLeft = async () => {
      expect(await files.open(key)).toBeUndefined();
      expect(await storage.unfinished()).toEqual([]);
    };
    const contentOf = async () => bytesOf((await files.open(key))?.body);
    const lengthOf = async (key: FileKey) => {
      const found = await files.open(key);
      await found?.body.cancel();
      return found?.bytes;
    };

    test.each(bodies)('keeps %i bytes in chunks of %i as they were', async (length, chunk) => {
      const bytes = patterned(length);
      const stored = await files.put(key, streamOf(bytes, chunk), { maxBytes: length, type });
      expect(stored).toEqual({ bytes: length, sha256: await sha256Of(bytes) });
      const found = await files.open(key);
      expect(found).toMatchObject({ bytes: length, range: undefined });
      expect(await sha256Of(await bytesOf(found?.body))).toBe(stored.sha256);
      expect(await storage.unfinished()).toEqual([]);
    });

    test.each([0, 100, 6 * MiB])('takes a body of exactly %i bytes, and no byte more', async (maxBytes) => {
      expect(await files.put(key, streamOf(patterned(maxBytes), 65_536), { maxBytes, type })).toMatchObject({
        bytes: maxBytes,
      });
      key = newFileKey();
      const tooLong = files.put(key, streamOf(patterned(maxBytes + 1), 65_536), { maxBytes, type });
      await expect(tooLong).rejects.toThrow(FileTooLarge);
      await expect(tooLong).rejects.toMatchObject({ maxBytes });
      await nothingIsLeft();
    });

    test.each([
      [1000, 300],
      [6 * MiB, 65_536],
    ])('reads an endless body no further than its limit of %i bytes', async (maxBytes, chunk) => {
      const source = new Source(chunk);
      await expect(files.put(key, source.stream, { maxBytes, type })).rejects.toThrow(FileTooLarge);
      // The chunk that went over the limit, and one that the stream had made ready.
      expect(source.made).toBeLessThanOrEqual(maxBytes + 2 * chunk);
      expect(await source.cancelled).toBeInstanceOf(FileTooLarge);
      await nothingIsLeft();
    });

    test.each([0, 1000, 6 * MiB])('a body that breaks off after %i bytes leaves nothing', async (length) => {
      const cause = new Error('the client went away');
      const put = files.put(key, breakingAfter(patterned(length), 65_536, cause), roomy);
      await expect(put).rejects.toThrow(FileBodyFailed);
      await expect(put).rejects.toMatchObject({ cause });
      await nothingIsLeft();
    });

    test.each([1000, 6 * MiB])('shows nothing before all of %i bytes are stored', async (length) => {
      const [bytes, gate] = [patterned(length), new Gate()];
      const put = files.put(key, gate.after(bytes, 65_536), roomy);
      await gate.reached;
      expect(await files.open(key)).toBeUndefined();
      expect(await files.open(key, { first: 0 })).toBeUndefined();
      gate.open();
      expect(await put).toMatchObject({ bytes: length });
      expect((await contentOf()).length).toBe(length);
    });

    test('a reader may stop in the middle, and the next one gets all', async () => {
      const bytes = patterned(300_000);
      const { sha256 } = await files.put(key, streamOf(bytes, 100_000), roomy);
      for (let round = 0; round < 10; round++) {
        const reader = (await files.open(key))?.body.getReader();
        expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
        await reader?.cancel();
        await (await files.open(key, { first: round }))?.body.cancel();
      }
      expect(await sha256Of(await contentOf())).toBe(sha256);
    });

    test.each(ranges)('gives the range %o', async (range, first, last, found) => {
      await files.put(key, streamOf(new TextEncoder().encode(text), 3), roomy);
      const opened = await files.open(key, range);
      expect(opened).toMatchObject({ bytes: 10, range: { first, last } });
      expect(new TextDecoder().decode(await bytesOf(opened?.body))).toBe(found);
    });

    test('gives a range across parts', async () => {
      const bytes = patterned(5 * MiB + 10);
      await files.put(key, streamOf(bytes, MiB), roomy);
      const [first, last] = [5 * MiB - 2, 5 * MiB + 2];
      const opened = await files.open(key, { first, last });
      expect(await sha256Of(await bytesOf(opened?.body))).toBe(await sha256Of(bytes.subarray(first, last + 1)));
    });

    test.each([
      [{ first: 10 }, 10],
      [{ first: 11, last: 20 }, 10],
      [{ suffixLength: 0 }, 10],
      [{ first: 0 }, 0],
      [{ suffixLength: 5 }, 0],
    ])('refuses the range %o of %i bytes, and says how many there are', async (range, bytes) => {
      await files.put(key, streamOf(patterned(bytes), 3), roomy);
      const opened = files.open(key, range);
      await expect(opened).rejects.toThrow(RangeNotSatisfiable);
      await expect(opened).rejects.toMatchObject({ bytes });
    });

    test.each([2000, 6 * MiB])('of two puts of one key at once, %i bytes each, one stands whole', async (length) => {
      const both = [patterned(length, 1), patterned(length, 2)];
      const gates = both.map(() => new Gate());
      const puts = both.map((bytes, index) => files.put(key, (gates[index] as Gate).after(bytes, 70_001), roomy));
      await Promise.all(gates.map(({ reached }) => reached));
      for (const gate of gates) gate.open();
      const stored = await Promise.all(puts);
      expect(stored.map(({ sha256 }) => sha256)).toContain(await sha256Of(await contentOf()));
      expect(await storage.unfinished()).toEqual([]);
    });

    test('what is deleted while somebody reads it is read whole, or the reading fails', async () => {
      const bytes = patterned(2 * MiB);
      const { sha256 } = await files.put(key, streamOf(bytes, MiB), roomy);
      const opened = await files.open(key);
      const reader = opened?.body.getReader();
      const begun = await reader?.read();
      await files.delete(key);
      expect(await files.open(key)).toBeUndefined();
      const rest = new ReadableStream<Uint8Array>({
        async start(controller) {
          for (let next = begun; next && !next.done; next = await reader?.read()) controller.enqueue(next.value);
          controller.close();
        },
      });
      const outcome = await bytesOf(rest).then(sha256Of, () => 'failed');
      expect([sha256, 'failed']).toContain(outcome);
    });

    test('deletes what is there, and does no harm where nothing is', async () => {
      const other = newFileKey();
      await files.put(key, streamOf(patterned(10), 10), roomy);
      await files.put(other, streamOf(patterned(20), 10), roomy);
      await files.delete(key);
      await files.delete(key);
      await files.delete(newFileKey());
      await nothingIsLeft();
      expect(await lengthOf(other)).toBe(20);
    });

    test.each([
      '',
      '..',
      '../../../etc/passwd',
      'A'.repeat(32),
      `${'a'.repeat(32)}/..`,
      'a'.repeat(33),
      '가'.repeat(32),
    ])('refuses the key %j before it touches anything', async (text) => {
      const [wrong, body] = [text as FileKey, streamOf(patterned(10), 10)];
      await expect(files.put(wrong, body, roomy)).rejects.toThrow(TypeError);
      expect(body.locked).toBe(false);
      await expect(files.open(wrong)).rejects.toThrow(TypeError);
      await expect(files.open(wrong, { first: 0 })).rejects.toThrow(TypeError);
      await expect(files.delete(wrong)).rejects.toThrow(TypeError);
    });
  });
}
