import { open, rm } from 'node:fs/promises';
import { userInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictureRefused } from '../../functions/files/file-errors.ts';
import type { PictureLimits, Pictures, RemadePicture } from '../../functions/ports.ts';
import { Overloaded } from '../../functions/overloaded.ts';
import { filesFailure } from '../shared/files-failure.ts';
import { readMeasured } from '../shared/measured-body.ts';
import type { MeasuredBody } from '../shared/measured-body.ts';
import { Turns } from '../shared/turns.ts';
import { loadSharp } from './load-sharp.ts';
import { streamFile } from './stream-file.ts';
import { WorkFolder } from './work-folder.ts';
import { writeAll } from './write-all.ts';

/** Beside the folder for temporary files' own rights: of each user another one. */
export const defaultWorkFolder = (): string => join(tmpdir(), `kingbus-pictures-${userInfo().uid}`);

/** Each takes a core and up to some hundred megabytes of libvips' memory. */
const atOnce = 1;
const waiting = 20;

/** More than the slowest picture takes. */
const timeoutSeconds = 30;

/**
 * Pictures by sharp. The body goes into a file, from which libvips reads, and what it makes into another: neither is held in memory, and
 * both are gone when this resolves, but for the name of an open file.
 */
export function createNodePictures(folder = new WorkFolder(defaultWorkFolder())): Pictures {
  const turns = new Turns({ atOnce, waiting });
  return {
    async remake(body, limits) {
      const paths: string[] = [];
      try {
        turns.requireRoom();
        for (let count = 0; count < 2; count++) paths.push(await folder.newPath());
        const [input = '', output = ''] = paths;
        await readMeasured(body, limits.maxBytes, (measured) => write(input, measured));
        const size = await turns.take(() => render(input, output, limits));
        return { ...size, type: 'image/webp', body: await readOnce(output) };
      } catch (error) {
        if (!body.locked) await body.cancel(error).catch(() => {});
        if (error instanceof PictureRefused || error instanceof Overloaded) throw error;
        return unavailable(error);
      } finally {
        await Promise.all(paths.map((path) => rm(path, { force: true }).catch(() => {})));
      }
    },
  };
}

async function write(path: string, body: MeasuredBody): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for (let chunk = await body.next(); chunk; chunk = await body.next()) await writeAll(handle, chunk);
  } finally {
    await handle.close();
  }
}

/** Makes the picture of one file anew in another. */
async function render(
  input: string,
  output: string,
  { maxPixels, longestSide }: PictureLimits,
): Promise<Pick<RemadePicture, 'width' | 'height'>> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(input, { limitInputPixels: false }).metadata();
    if (width * height > maxPixels) throw new PictureRefused('too_many_pixels');
    return await sharp(input, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true })
      .timeout({ seconds: timeoutSeconds })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toFile(output);
  } catch (error) {
    if (error instanceof PictureRefused) throw error;
    // libvips says only in words what the system said.
    if (/no space left|quota exceeded|file too large/iu.test(String(error))) {
      throw Object.assign(new Error('there is no room for a picture', { cause: error }), { code: 'ENOSPC' });
    }
    if (/unix error|unable to (?:open for write|write)/iu.test(String(error))) throw error;
    throw new PictureRefused('unreadable', error);
  }
}

/** What is open can be read to its end after its name is gone. */
async function readOnce(path: string): Promise<ReadableStream<Uint8Array>> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return streamFile(handle, { first: 0, last: size - 1 });
}

const unavailable = filesFailure('a picture could not be made anew');
