import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { execa } from 'execa';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { WorkFolder } from '../../adapters/node/work-folder.ts';
import { Overloaded } from '../../functions/overloaded.ts';
import { Gate, streamOf } from '../ports/bodies.ts';
import { gif, jpeg, pngOf } from '../support/pictures.ts';

const program = join(import.meta.dirname, 'remake-picture.ts');
const limits = { maxBytes: 10 * 2 ** 20, maxPixels: 50_000_000, longestSide: 2048 };

describe('pictures on Node', () => {
  let root: string;
  let work: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kingbus-pictures-test-'));
    work = join(root, 'work');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (bytes: Uint8Array) => {
    writeFileSync(join(root, 'file'), bytes);
    return join(root, 'file');
  };
  /** Of points that no codec makes smaller: a bit each as they come, far more as WebP. */
  const noise = () =>
    pngOf(
      1500,
      1500,
      deflateSync(randomBytes(1500 * (1 + Math.ceil(1500 / 8))).map((byte, at) => (at % 189 === 0 ? 0 : byte))),
    );

  it('that a killed process left go when the next one begins, those of a living one do not', async () => {
    const file = write(await jpeg(400, 400));
    const child = execa(process.execPath, [program, work, file, 'endless'], { reject: false });
    const files = () => readdirSync(work).map((name) => join(work, name));
    await vi.waitFor(() => expect(files().map((path) => statSync(path).size)).toContain(statSync(file).size), 20_000);
    await new WorkFolder(work).sweep();
    expect(files().length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await child;
    expect(files().length).toBeGreaterThan(0);
    await new WorkFolder(work).sweep();
    expect(files()).toEqual([]);
  });

  it('of a process that has its number again go within the hour', async () => {
    const folder = new WorkFolder(work);
    const path = await folder.newPath();
    writeFileSync(path, 'x');
    await folder.sweep();
    expect(readdirSync(work)).toHaveLength(1);
    const long = Date.now() / 1000 - 3700;
    utimesSync(path, long, long);
    await folder.sweep();
    expect(readdirSync(work)).toEqual([]);
  });

  it.each<[string, number, () => Promise<Uint8Array>]>([
    ['what is sent', 20, async () => noise()],
    ['what is made', 400, async () => noise()],
  ])('have no room for %s: full, and nothing is left', async (_which, kilobytes, make) => {
    const file = write(await make());
    const { stdout } = await execa('bash', [
      '-c',
      `ulimit -f ${kilobytes}; exec "$@"`,
      '-',
      process.execPath,
      program,
      work,
      file,
    ]);
    expect(stdout).toMatch(/^FilesUnavailable: .*, full$/u);
    expect(readdirSync(work)).toEqual([]);
  });

  it('are made one after another, and more than can wait are refused before they are read', async () => {
    const pictures = createNodePictures(new WorkFolder(work));
    const bytes = await jpeg();
    const made = await Promise.allSettled(
      Array.from({ length: 40 }, async () => {
        const { body, width } = await pictures.remake(streamOf(bytes, 1000), limits);
        await body.cancel();
        return width;
      }),
    );
    const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refused.every((error) => error instanceof Overloaded)).toBe(true);
    expect(made.length - refused.length).toBeGreaterThan(20);
    expect(readdirSync(work)).toEqual([]);
  });

  it('that arrive slowly keep nobody from theirs', async () => {
    const pictures = createNodePictures(new WorkFolder(work));
    const bytes = await jpeg();
    const gate = new Gate();
    const slow = pictures.remake(gate.after(bytes, 100), limits);
    await gate.reached;
    await (await pictures.remake(streamOf(bytes, 1000), limits)).body.cancel();
    gate.open();
    await (await slow).body.cancel();
  });

  it('leave libvips the three kinds that it is to read', async () => {
    await (await createNodePictures(new WorkFolder(work)).remake(streamOf(await jpeg(), 1000), limits)).body.cancel();
    await expect(sharp(await gif()).metadata()).rejects.toThrow(/unsupported image format/u);
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(sharp(drawing).metadata()).rejects.toThrow(/unsupported image format/u);
  });
});
