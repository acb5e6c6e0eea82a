import { FilesUnavailable, PictureRefused } from '../../functions/files/file-errors.ts';
import type { Pictures } from '../../functions/ports.ts';
import { filesFailure } from '../shared/files-failure.ts';
import { readMeasured } from '../shared/measured-body.ts';
import { webpSize } from './webp-size.ts';

const readable = new Set(['image/jpeg', 'image/png', 'image/webp']);

/**
 * Pictures by Cloudflare Images: no pixel is decoded in the Worker. What is sent is held, to be asked about before it is worked on;
 * what comes back streams.
 */
export function createEdgePictures(images: ImagesBinding): Pictures {
  return {
    async remake(body, { maxBytes, maxPixels, longestSide }) {
      try {
        const sent = await readMeasured(body, maxBytes, async (measured) => {
          const chunks: Uint8Array<ArrayBuffer>[] = [];
          for (let chunk = await measured.next(); chunk; chunk = await measured.next()) {
            chunks.push(chunk as Uint8Array<ArrayBuffer>);
          }
          return new Blob(chunks);
        });
        const info = await images.info(sent.stream()).catch(refused);
        if (!readable.has(info.format) || !('width' in info)) throw new PictureRefused('unreadable');
        if (info.width * info.height > maxPixels) throw new PictureRefused('too_many_pixels');
        const made = await images
          .input(sent.stream())
          .transform({ width: longestSide, height: longestSide, fit: 'scale-down' })
          // WebP is what Images writes without metadata; into a JPEG it copies who holds the rights.
          .output({ format: 'image/webp', quality: 82, anim: false })
          .catch(refused);
        return { type: 'image/webp', ...(await webpSize(made.image())) };
      } catch (error) {
        if (error instanceof PictureRefused) throw error;
        return unavailable(error);
      }
    },
  };
}

/** Of Images itself, not of the picture. But Miniflare, which stands in for it with sharp, says so of a broken picture, too. */
const internalError = 9523;

function refused(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : undefined;
  const emulated = error instanceof Error && error.message.includes('Sharp');
  if (code === undefined || (code === internalError && !emulated)) {
    throw new FilesUnavailable('Images did not answer', error);
  }
  throw new PictureRefused('unreadable', error);
}

const unavailable = filesFailure('Images did not answer');
