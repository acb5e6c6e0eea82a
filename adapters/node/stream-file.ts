import type { FileHandle } from 'node:fs/promises';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';

const chunkBytes = 64 * 1024;

/**
 * The bytes of an open file from `first` to `last`, read as they are asked for. Closes the file at its end, when nobody
 * reads on, and when reading fails; a file that has become shorter is such a failure.
 */
export function streamFile(handle: FileHandle, { first, last }: { first: number; last: number }) {
  let position = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const length = Math.min(chunkBytes, last + 1 - position);
        if (length > 0) {
          const bytes = await read(handle, length, position);
          position += bytes.length;
          controller.enqueue(bytes);
        }
        if (position <= last) return;
        await handle.close();
        controller.close();
      },
      cancel: () => handle.close(),
    },
    // Nothing is read before somebody asks for it.
    { highWaterMark: 0 },
  );
}

async function read(handle: FileHandle, length: number, position: number): Promise<Uint8Array> {
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
    if (bytesRead === 0) throw new Error('the file has become shorter');
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    await handle.close().catch(() => {});
    throw new FilesUnavailable('a file cannot be read to its end', error);
  }
}
