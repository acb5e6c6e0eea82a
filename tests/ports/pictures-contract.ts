import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FileBodyFailed, FileTooLarge, PictureRefused } from '../../functions/files/file-errors.ts';
import type { Pictures } from '../../functions/ports.ts';
import { breakingAfter, bytesOf, Source, streamOf } from './bodies.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Made by those who run this, with a library that a runtime may lack. */
export interface Samples {
  /** 600 × 400, to be turned to 400 × 600, with a place, a person, XMP, a profile and a comment. */
  phonePhoto: Bytes;
  /** 64 × 48. */
  jpeg: Bytes;
  png: Bytes;
  webp: Bytes;
  gif: Bytes;
  /** 3000 × 1500. */
  wide: Bytes;
  animated: Bytes;
  /** 400 million pixels that can be decoded. */
  bomb: Bytes;
  hugeHeader: Bytes;
  pdf: Bytes;
}

export interface Studio {
  pictures: Pictures;
  /** What stays behind: files, handles. */
  left(): Promise<unknown[]>;
  close(): Promise<void>;
}

const limits = { maxBytes: 10 * 2 ** 20, maxPixels: 50_000_000, longestSide: 2048 };
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
const appended = '<script>alert(1)</script>PK\u0003\u0004';

/** What every implementation of the port promises (functions/ports.ts). */
export function describePictures(name: string, samplesOf: () => Promise<Samples>, open: () => Promise<Studio>): void {
  describe(`pictures: ${name}`, () => {
    let studio: Studio;
    let samples: Samples;
    beforeAll(async () => {
      [samples, studio] = await Promise.all([samplesOf(), open()]);
    });
    afterAll(() => studio?.close());
    afterEach(async () => expect(await studio.left()).toEqual([]));

    const remake = async (bytes: Bytes, more: Partial<typeof limits> = {}) => {
      const made = await studio.pictures.remake(streamOf(bytes, 10_000), { ...limits, ...more });
      return { ...made, bytes: await bytesOf(made.body) };
    };

    test.each(['jpeg', 'png', 'webp'] as const)('makes a %s anew, as WebP of the same sides', async (kind) => {
      const { type, width, height, bytes } = await remake(samples[kind]);
      expect({ type, width, height }).toEqual({ type: 'image/webp', width: 64, height: 48 });
      expect(text(bytes.subarray(0, 4)) + text(bytes.subarray(8, 12))).toBe('RIFFWEBP');
    });

    test('turns it upright and keeps nothing beside its pixels', async () => {
      const before = text(samples.phonePhoto);
      for (const secret of ['Kim Minji', 'KINGBUS-XMP', 'KINGBUS-COMMENT', 'Exif', 'ICC_PROFILE']) {
        expect(before).toContain(secret);
      }
      const { width, height, bytes } = await remake(samples.phonePhoto);
      expect([width, height]).toEqual([400, 600]);
      for (const secret of ['Kim Minji', 'KINGBUS', 'Exif', 'EXIF', 'XMP', 'ICCP', 'xpacket']) {
        expect(text(bytes)).not.toContain(secret);
      }
    });

    test('makes it smaller to the longest side, and never larger', async () => {
      expect(await remake(samples.wide)).toMatchObject({ width: 2048, height: 1024 });
      expect(await remake(samples.wide, { longestSide: 300 })).toMatchObject({ width: 300, height: 150 });
    });

    test('shows the first frame of several', async () => {
      const { bytes, width, height } = await remake(samples.animated);
      expect([width, height]).toEqual([32, 32]);
      expect(text(bytes)).not.toContain('ANIM');
    });

    test('keeps nothing of what stands behind a picture', async () => {
      for (const kind of ['jpeg', 'png', 'webp'] as const) {
        const polyglot = new Blob([samples[kind], appended]);
        const { bytes } = await remake(new Uint8Array(await polyglot.arrayBuffer()));
        expect(text(bytes)).not.toContain('script');
        expect(text(bytes)).not.toContain('PK\u0003\u0004');
      }
    });

    test.each(['bomb', 'hugeHeader'] as const)('refuses a %s by its header', async (which) => {
      await expect(remake(samples[which])).rejects.toThrow(PictureRefused);
    });

    test('refuses one pixel too many', async () => {
      await expect(remake(samples.jpeg, { maxPixels: 64 * 48 - 1 })).rejects.toMatchObject({
        reason: 'too_many_pixels',
      });
      await expect(remake(samples.jpeg, { maxPixels: 64 * 48 })).resolves.toMatchObject({ width: 64 });
    });

    test.each<[string, () => Bytes]>([
      ['a GIF', () => samples.gif],
      ['a PDF', () => samples.pdf],
      ['nothing', () => new Uint8Array()],
      [
        'a drawing that can run',
        () =>
          Uint8Array.from(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')),
      ],
      ['half a JPEG', () => samples.wide.slice(0, samples.wide.length / 2)],
      ['half a PNG', () => samples.png.slice(0, samples.png.length - 40)],
      ['the first bytes of a JPEG', () => samples.jpeg.slice(0, 20)],
      ['nonsense behind a signature', () => new Uint8Array([0xff, 0xd8, 0xff, ...new Uint8Array(500).fill(7)])],
    ])('refuses %s', async (_what, bytes) => {
      await expect(remake(bytes())).rejects.toMatchObject({ name: 'PictureRefused', reason: 'unreadable' });
    });

    test('reads no further than its limit', async () => {
      const source = new Source(65_536);
      const made = studio.pictures.remake(source.stream, { ...limits, maxBytes: 2 ** 20 });
      await expect(made).rejects.toThrow(FileTooLarge);
      expect(source.made).toBeLessThan(2 * 2 ** 20);
      await source.cancelled;
    });

    test('that breaks off leaves nothing', async () => {
      const body = breakingAfter(samples.jpeg, 100, new Error('gone'));
      await expect(studio.pictures.remake(body, limits)).rejects.toThrow(FileBodyFailed);
    });

    test('leaves nothing where nobody reads what was made', async () => {
      const { body } = await studio.pictures.remake(streamOf(samples.wide, 10_000), limits);
      await body.cancel();
    });
  });
}
